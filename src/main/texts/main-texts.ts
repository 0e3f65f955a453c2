import type { Language } from '../../shared/domain/language.ts'
import { type MainTexts, mainEn } from './main-en.ts'
import { mainEs } from './main-es.ts'

/** What main says in each language. */
export const MAIN_TEXTS: Readonly<Record<Language, MainTexts>> = { en: mainEn, es: mainEs }
