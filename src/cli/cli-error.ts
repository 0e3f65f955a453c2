import type { Failure } from '../shared/domain/failure.ts'
import type { Result } from '../shared/domain/result.ts'
import { EXIT, type ExitCode } from './exit-codes.ts'
import { detailLine, failureLine, SPEECH, type Speech } from './speech.ts'

/** Ends the command with one clear line and its exit code. */
export class CliError extends Error {
  readonly exitCode: ExitCode
  readonly code: string
  /** The same in a language. */
  readonly say: (speech: Speech) => string
  constructor(message: string, exitCode: ExitCode, code = 'usage', say: (speech: Speech) => string = () => message) {
    super(message)
    this.exitCode = exitCode
    this.code = code
    this.say = say
  }
}

export function usageError(message: string): CliError {
  return new CliError(message, EXIT.usage)
}

/** The value, or the end of the command with the failure's own words. */
export function orEnd<T>(result: Result<T>): T {
  if (result.ok) return result.value
  throw failureError(result.failure)
}

export function failureError(failure: Failure): CliError {
  const { code, detail } = failure
  const say = (speech: Speech): string => {
    // What is wrong with what was typed says it all; that a setting is wrong may not even be so.
    return (code === 'configuration' ? detailLine(detail, speech) : undefined) ?? failureLine(failure, speech)
  }
  return new CliError(say(SPEECH.en), code === 'configuration' ? EXIT.usage : EXIT.fault, code, say)
}
