import { describeFailure, type Failure } from '../shared/domain/failure.ts'
import type { Result } from '../shared/domain/result.ts'
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
  const exitCode = failure.code === 'configuration' ? EXIT.usage : EXIT.fault
  return new CliError(describeFailure(failure), exitCode, failure.code)
}
