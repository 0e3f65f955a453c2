import type { IpcMainInvokeEvent } from 'electron'
import { expect, test } from 'vitest'
import { ok, type Result } from '../../shared/domain/result.ts'
import { callChannel, ROUTES, type Route } from '../../shared/ipc/routes.ts'
import { serveRoutes } from './serve-routes.ts'

type Handler = (event: IpcMainInvokeEvent, input: unknown) => Promise<Result<unknown>>

/** Serves all routes; calls one as a page would, and keeps what was answered for. */
function served({ isTrusted = true, answer }: { isTrusted?: boolean; answer?: () => Promise<Result<unknown>> } = {}) {
  const handlers = new Map<string, Handler>()
  const answered: unknown[] = []
  const logged: string[] = []
  const log = (event: string): void => void logged.push(event)
  serveRoutes({
    ipc: { handle: (channel, handler) => void handlers.set(channel, handler as Handler) },
    isTrusted: () => isTrusted,
    async answer(route, input) {
      answered.push([route, input])
      return answer === undefined ? ok('done') : answer()
    },
    log: { info: log, warn: log, error: log },
  })
  const event = { senderFrame: { url: 'https://evil.example/' } } as IpcMainInvokeEvent
  return {
    handlers,
    answered,
    logged,
    call: (route: Route, input: unknown) => handlers.get(callChannel(route))?.(event, input),
  }
}

test('every route is served', () => {
  expect([...served().handlers.keys()].sort()).toEqual(ROUTES.map(callChannel).sort())
})

test('what its schema accepts is answered, without what the schema does not know', async () => {
  const { call, answered } = served()
  expect(await call('pause', { batchId: 'b', also: 1 })).toEqual(ok('done'))
  expect(answered).toEqual([['pause', { batchId: 'b' }]])
})

test('an input that its schema refuses reaches nobody, also where main answers itself', async () => {
  const { call, answered } = served()
  const inputs: readonly (readonly [Route, unknown])[] = [
    ['knownSecrets', { shopId: { $ne: null } }],
    ['pickFiles', { purpose: '../etc' }],
    ['saveReceipt', { batchId: 'b', format: 'exe' }],
    ['pause', undefined],
  ]
  for (const [route, input] of inputs)
    expect(await call(route, input), route).toMatchObject({ ok: false, failure: { code: 'configuration' } })
  expect(answered).toEqual([])
})

test('a foreign page is refused, whatever it asks, and that is logged', async () => {
  const { call, answered, logged } = served({ isTrusted: false })
  for (const route of ROUTES) expect(await call(route, null), route).toMatchObject({ ok: false })
  expect(answered).toEqual([])
  expect(new Set(logged)).toEqual(new Set(['foreign-caller']))
})

test('a fault of ours is an answer, and logged: a rejected call would lose its reason', async () => {
  const { call, logged } = served({ answer: () => Promise.reject(new Error('a bug')) })
  expect(await call('status', null)).toMatchObject({ ok: false, failure: { code: 'internal', detail: 'Error: a bug' } })
  expect(logged).toEqual(['route-fault'])
})
