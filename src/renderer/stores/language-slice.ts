import { type LanguageChoice, languageFor, type SpokenLanguage } from '../../shared/domain/language.ts'
import type { Result } from '../../shared/domain/result.ts'
import type { GalleyBridge } from '../../shared/ipc/window.ts'
import type { SetSlice } from './slice.ts'

export interface LanguageSlice {
  readonly spoken: SpokenLanguage

  /** Asks main which language is spoken. */
  learnLanguage(): Promise<void>
  /** Speaks another from now on, here and in menus, tray and notices. */
  chooseLanguage(choice: LanguageChoice): Promise<void>
}

/** The language of the window: main keeps it, since it speaks too. `preferred` is spoken while main does not answer. */
export function createLanguageSlice(
  bridge: Pick<GalleyBridge, 'language' | 'chooseLanguage'>,
  preferred: readonly string[],
  set: SetSlice<LanguageSlice>,
): LanguageSlice {
  const take = (answer: Result<SpokenLanguage>): void => {
    if (answer.ok) set({ spoken: answer.value })
  }
  return {
    spoken: { choice: 'system', language: languageFor('system', preferred) },
    learnLanguage: async () => take(await bridge.language()),
    chooseLanguage: async (choice) => take(await bridge.chooseLanguage({ choice })),
  }
}
