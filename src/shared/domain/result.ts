import type { Failure } from './failure.ts'

/** What a call that may fail in an expected way returns. Bugs throw. */
export type Result<T> = Ok<T> | { readonly ok: false; readonly failure: Failure }
export type Ok<T> = { readonly ok: true; readonly value: T }

export function ok<T>(value: T): Ok<T> {
  return { ok: true, value }
}

export function fail(failure: Failure): Result<never> {
  return { ok: false, failure }
}

/** For the end of a switch over a closed union: a new member no longer compiles until it is handled. */
export function assertNever(value: never): never {
  throw new Error(`unexpected ${JSON.stringify(value)}`)
}
