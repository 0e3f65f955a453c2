import { createContext, type ReactNode, useContext } from 'react'
import { en, type Texts } from './en.ts'
import { es } from './es.ts'
import { createFormat, type Format } from './format.ts'

interface Language {
  readonly t: Texts
  readonly format: Format
}

/** The catalog for the languages that a person prefers, the first that there is; English otherwise. */
export function textsFor(languages: readonly string[]): Texts {
  for (const language of languages) {
    if (language.startsWith('en')) return en
    if (language.startsWith('es')) return es
  }
  return en
}

const LanguageContext = createContext<Language>({ t: en, format: createFormat(en.language) })

export function LanguageProvider({ texts, children }: { texts: Texts; children: ReactNode }) {
  return <LanguageContext value={{ t: texts, format: createFormat(texts.language) }}>{children}</LanguageContext>
}

/** The texts and formats of the window's language. */
export function useLanguage(): Language {
  return useContext(LanguageContext)
}
