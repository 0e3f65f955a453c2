import type { z } from 'zod'
import { type Failure, failure } from '../domain/failure.ts'

/** An input that its schema refused, in the words of the first thing that is wrong with it. */
export function inputFailure({ issues: [issue] }: z.ZodError): Failure {
  return failure('configuration', issue?.message)
}
