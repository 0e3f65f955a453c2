import { type FailureCode, failure } from '../../shared/domain/failure.ts'
import { fail, type Result } from '../../shared/domain/result.ts'
import { afterAwake } from '../awake-timer.ts'
import { DEFAULT_LIMITS, type ImagingLimits } from './limits.ts'
import { type OpenSource, openSource } from './source.ts'

export interface FileContext {
  readonly signal: AbortSignal
  readonly limits?: ImagingLimits
}

/** Opens a dropped file and works on it. Fails with `source-changed` when it changed meanwhile; with `image-timeout` or
 *  `cancelled` at once, though the decoder may take until its own time limit to stop: the signal that the work gets is
 *  aborted then. */
export async function withFile<T>(
  path: string,
  { signal, limits = DEFAULT_LIMITS }: FileContext,
  work: (source: OpenSource, signal: AbortSignal, limits: ImagingLimits) => Promise<Result<T>>,
): Promise<Result<T>> {
  if (signal.aborted) return fail(failure('cancelled'))
  const controller = new AbortController()
  const stopped = Promise.withResolvers<Result<never>>()
  const stop = (code: FailureCode): void => {
    controller.abort()
    stopped.resolve(fail(failure(code)))
  }
  const cancel = (): void => stop('cancelled')
  const clearLimit = afterAwake(limits.timeoutMs, () => stop('image-timeout'))
  signal.addEventListener('abort', cancel, { once: true })
  try {
    return await Promise.race([openAndWork(path, (source) => work(source, controller.signal, limits)), stopped.promise])
  } finally {
    clearLimit()
    signal.removeEventListener('abort', cancel)
  }
}

async function openAndWork<T>(path: string, work: (source: OpenSource) => Promise<Result<T>>): Promise<Result<T>> {
  const source = await openSource(path)
  if (!source.ok) return source
  await using _handle = source.value.handle
  const result = await work(source.value)
  // The decoder opens the file by itself, and calls a picture damaged when it may not.
  if (!result.ok && !(await opensOnceMore(path))) return fail(failure('too-many-files'))
  const difference = await source.value.difference()
  return difference === null ? result : fail(difference)
}

async function opensOnceMore(path: string): Promise<boolean> {
  const again = await openSource(path)
  if (again.ok) await again.value.handle.close()
  return again.ok || again.failure.code !== 'too-many-files'
}
