import { createContext, type ReactNode, useContext, useEffect, useMemo } from 'react'
import type { Language } from '../../shared/domain/language.ts'
import { createFormat, type Format } from '../../shared/texts/format.ts'
import { en, type Texts } from './en.ts'
import { es } from './es.ts'

interface Words {
  readonly t: Texts
  readonly format: Format
}

const TEXTS: Readonly<Record<Language, Texts>> = { en, es }

const LanguageContext = createContext<Words>({ t: en, format: createFormat(en.language) })

export function LanguageProvider({ language, children }: { language: Language; children: ReactNode }) {
  const words = useMemo(() => ({ t: TEXTS[language], format: createFormat(language) }), [language])
  useEffect(() => {
    document.documentElement.lang = language
  }, [language])
  return <LanguageContext value={words}>{children}</LanguageContext>
}

/** The texts and formats of the window's language. */
export function useLanguage(): Words {
  return useContext(LanguageContext)
}
