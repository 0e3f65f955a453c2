import { EventEmitter } from 'node:events'
import { PassThrough } from 'node:stream'
import { Client } from 'ssh2'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createShell } from './shell.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('a shell that answers is asked again, one that took too long once is not', async () => {
  const commands: string[] = []
  const shell = createShell(
    clientThat((command, stream) => {
      commands.push(command)
      if (command !== 'answers') return
      stream.emit('data', Buffer.from('an answer'))
      stream.emit('close', 0)
    }),
    new Promise(() => undefined),
  )
  const run = (command: string): Promise<string | null> => shell.run(command, 1000, new AbortController().signal)
  expect(await run('answers')).toBe('an answer')
  expect(await run('answers')).toBe('an answer')
  const late = run('hangs')
  await vi.advanceTimersByTimeAsync(1000)
  expect(await late).toBeNull()
  expect(await run('answers')).toBeNull()
  expect(commands).toEqual(['answers', 'answers', 'hangs'])
})

test('an abort says nothing of the shell', async () => {
  let runs = 0
  const shell = createShell(
    clientThat(() => runs++),
    new Promise(() => undefined),
  )
  for (const _ of [1, 2]) {
    const aborting = new AbortController()
    const answered = shell.run('hangs', 1000, aborting.signal)
    aborting.abort()
    expect(await answered).toBeNull()
  }
  expect(runs).toBe(2)
})

/** A client whose commands do this. */
function clientThat(runs: (command: string, stream: EventEmitter) => void): Client {
  return Object.assign(new Client(), {
    exec(command: string, opened: (error: undefined, stream: unknown) => void) {
      const stream = Object.assign(new EventEmitter(), { stderr: new PassThrough(), end: vi.fn(), close: vi.fn() })
      opened(undefined, stream)
      runs(command, stream)
    },
  })
}
