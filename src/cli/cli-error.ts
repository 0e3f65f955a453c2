import { describeFailure, type Failure } from '../shared/domain/failure.ts'
import type { Result } from '../shared/domain/result.ts'
import { describeDetail } from '../shared/texts/details-en.ts'
import { EXIT, type ExitCode } from './exit-codes.ts'

/** Ends the command with one clear line and its exit code. */
export class CliError extends Error {
  readonly exitCode: ExitCode
  readonly code: string
  constructor(message: string, exitCode: ExitCode, code = 'usage') {
    super(message)
    this.exitCode = exitCode
    this.code = code
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
  if (failure.code !== 'configuration') return new CliError(describeFailure(failure), EXIT.fault, failure.code)
  // What is wrong with what was typed says it all; that a setting is wrong may not even be so.
  return new CliError(describeDetail(failure.detail) ?? describeFailure(failure), EXIT.usage, failure.code)
}
