import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { failure } from '../../shared/domain/failure.ts'
import { fail, ok, type Result } from '../../shared/domain/result.ts'
import type { RecordClient } from './client.ts'
import { listen } from './listen.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** A service that does this with each connection in turn, and keeps the last. */
function startListening(...answers: readonly (Result<null> | readonly number[])[]) {
  const asked: (number | null)[] = []
  const controller = new AbortController()
  let news = 0
  const client: Pick<RecordClient, 'news'> = {
    async news(lastRev, heard, signal) {
      const answer = answers[asked.length]
      asked.push(lastRev)
      if (answer !== undefined && 'ok' in answer) return answer
      for (const rev of answer ?? []) heard(rev)
      if (answer === undefined) await new Promise((resolve) => signal.addEventListener('abort', resolve))
      return ok(null)
    },
  }
  const ended = listen({
    service: async () => ok(client),
    onNews: () => void news++,
    random: () => 1,
    signal: controller.signal,
  })
  return { asked, ended, news: () => news, stop: () => controller.abort() }
}

test('a stream that ends is opened again, from what was heard last', async () => {
  const { asked, ended, news, stop } = startListening([3, 5], fail(failure('backend-unreachable')), [])
  await vi.advanceTimersByTimeAsync(10_000)
  expect([asked, news()]).toEqual([[null, 5, 5, 5], 2])
  stop()
  await ended
})

test('a service that is away is asked less and less often, and a token that is refused not again', async () => {
  const away = fail(failure('backend-unreachable'))
  const { asked, ended } = startListening(away, away, away, away, fail(failure('backend-token')))
  await vi.advanceTimersByTimeAsync(6_900)
  expect(asked).toHaveLength(3)
  await vi.advanceTimersByTimeAsync(60_000)
  await ended
  expect(asked).toHaveLength(5)
})
