import { z } from 'zod'

/** The languages that Galley speaks. */
export const LANGUAGES = ['en', 'es'] as const
export type Language = (typeof LANGUAGES)[number]

/** In the data folder: what the desktop app remembers of itself, the language that was chosen among it. */
export const DESKTOP_STATE_FILE = 'desktop.json'

export const languageChoiceSchema = z.enum(['system', ...LANGUAGES])
/** What a person chose: one language, or that of the system. */
export type LanguageChoice = z.infer<typeof languageChoiceSchema>

/** What was chosen, and the language that it comes to here. */
export interface SpokenLanguage {
  readonly choice: LanguageChoice
  readonly language: Language
}

/** The language that a choice comes to. `preferred`: the system's, the most preferred first, as `es-MX` or `es_MX.UTF-8`;
 *  English where Galley speaks none of them. */
export function languageFor(choice: LanguageChoice, preferred: readonly string[]): Language {
  if (choice !== 'system') return choice
  for (const tag of preferred) {
    const primary = tag.split(/[-_.]/)[0]?.toLowerCase()
    const spoken = LANGUAGES.find((language) => language === primary)
    if (spoken !== undefined) return spoken
  }
  return 'en'
}
