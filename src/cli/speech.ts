import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ConnectionStepResult } from '../shared/domain/connection-test.ts'
import { type Detail, isSaid } from '../shared/domain/detail.ts'
import { type Failure, inOneLine } from '../shared/domain/failure.ts'
import {
  DESKTOP_STATE_FILE,
  type Language,
  type LanguageChoice,
  languageChoiceSchema,
  languageFor,
} from '../shared/domain/language.ts'
import { type ConnectionTexts, enConnection } from '../shared/texts/connection-en.ts'
import { esConnection } from '../shared/texts/connection-es.ts'
import { sayInEnglish } from '../shared/texts/details-en.ts'
import { sayInSpanish } from '../shared/texts/details-es.ts'
import { enWork, type WorkTexts } from '../shared/texts/work-en.ts'
import { esWork } from '../shared/texts/work-es.ts'
import { type TerminalTexts, terminalEn } from './texts/terminal-en.ts'
import { terminalEs } from './texts/terminal-es.ts'

/** How the terminal speaks of connections and failures. */
export interface Speech extends TerminalTexts {
  readonly language: Language
  readonly connection: ConnectionTexts
  readonly failure: WorkTexts['failure']
  detail(detail: Detail): string
}

/** The terminal in each language. */
export const SPEECH: Readonly<Record<Language, Speech>> = {
  en: { language: 'en', connection: enConnection, failure: enWork.failure, detail: sayInEnglish, ...terminalEn },
  es: { language: 'es', connection: esConnection, failure: esWork.failure, detail: sayInSpanish, ...terminalEs },
}

/** The language that was chosen in the window, or else that of the system. What a program reads is English. */
export function speechFor(
  { json, dataDir }: { readonly json?: boolean; readonly dataDir?: string },
  env: NodeJS.ProcessEnv,
): Speech {
  if (json === true) return SPEECH.en
  const choice = dataDir === undefined ? 'system' : chosenIn(dataDir)
  return SPEECH[languageFor(choice, [systemLanguage(env)])]
}

/** What happened, the particulars and what to do, in one line. */
export function failureLine(failure: Failure, speech: Speech): string {
  return inOneLine(speech.failure(failure), detailLine(failure.detail, speech))
}

/** The particulars alone; what comes from outside as a whole stands by itself. */
export function detailLine(detail: Detail | undefined, { detail: say }: Speech): string | undefined {
  return isSaid(detail) ? say(detail) : detail
}

/** What came of a step of the connection test, in one line. */
export function stepLine(result: ConnectionStepResult, speech: Speech): string {
  if (!result.ok) return failureLine(result.failure, speech)
  const { finding } = result
  switch (finding.kind) {
    case 'text':
      return finding.text
    case 'free': {
      const oneDigit = { minimumFractionDigits: 1, maximumFractionDigits: 1, useGrouping: false }
      return speech.connection.free(`${(finding.bytes / 1e9).toLocaleString(speech.language, oneDigit)} GB`)
    }
    case 'code':
      return speech.connection.found[finding.code]
  }
}

/** As POSIX has it: the first of these that is set, whatever it says. Windows sets none. */
function systemLanguage({ LC_ALL, LC_MESSAGES, LANG }: NodeJS.ProcessEnv): string {
  return LC_ALL || LC_MESSAGES || LANG || Intl.DateTimeFormat().resolvedOptions().locale
}

/** What the desktop app, which has the same data folder, was told to speak. */
function chosenIn(dataDir: string): LanguageChoice {
  try {
    const { language } = JSON.parse(readFileSync(join(dataDir, DESKTOP_STATE_FILE), 'utf8'))
    return languageChoiceSchema.catch('system').parse(language)
  } catch {
    return 'system'
  }
}
