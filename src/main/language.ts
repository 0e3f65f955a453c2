import { type Language, type LanguageChoice, languageFor, type SpokenLanguage } from '../shared/domain/language.ts'
import type { DesktopStore } from './windows/desktop-state.ts'

/** Which language Galley speaks, in the window and around it. */
export interface LanguageSetting {
  get(): SpokenLanguage
  /** Remembers the choice, and tells whoever shows words when it comes to another language. */
  choose(choice: LanguageChoice): SpokenLanguage
}

export function openLanguage(options: {
  readonly desktop: DesktopStore
  /** The system's languages, the most preferred first. */
  preferred(): readonly string[]
  onChange(language: Language): void
}): LanguageSetting {
  const { desktop, preferred, onChange } = options
  const get = (): SpokenLanguage => {
    const choice = desktop.get().language ?? 'system'
    return { choice, language: languageFor(choice, preferred()) }
  }
  return {
    get,
    choose(choice) {
      const before = get().language
      desktop.set({ language: choice })
      const now = get()
      if (now.language !== before) onChange(now.language)
      return now
    },
  }
}
