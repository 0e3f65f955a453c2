import { MessageChannel, type MessagePort } from 'node:worker_threads'
import { expect, test } from 'vitest'
import { ok } from '../shared/domain/result.ts'
import type { FromUtility, MessagePortLike, ToUtility } from '../shared/worker/message-port.ts'
import { portOf } from '../shared/worker/message-port.ts'
import { createPeer } from '../shared/worker/peer.ts'
import { brokerOver } from './electron-host.ts'

type Echo = { readonly echo: { readonly input: string; readonly output: string } }

/** Node's ports with the shape of Electron's events. */
function electronEnd(port: MessagePort): MessagePortLike {
  return {
    postMessage: (message) => port.postMessage(message),
    on: (event: 'message' | 'close', listener: (event: never) => void) =>
      event === 'message'
        ? port.on('message', (data) => (listener as (event: { data: unknown }) => void)({ data }))
        : port.on('close', listener as () => void),
    start: () => port.start(),
    close: () => port.close(),
  }
}

/** The engine's channel to a main process that this test plays. */
function channelToMain() {
  const asked: FromUtility[] = []
  let deliver: (event: { data: ToUtility; ports: MessagePortLike[] }) => void = () => undefined
  const broker = brokerOver({
    postMessage: (message) => void asked.push(message),
    on: (_event, listener) => {
      deliver = listener
    },
  })
  return { broker, asked, send: (data: ToUtility, ...ports: MessagePortLike[]) => deliver({ data, ports }) }
}

test('a call made before the worker is there is answered once it is', async () => {
  const { broker, asked, send } = channelToMain()
  const worker = broker('imaging')
  const peer = createPeer<Record<never, never>, Echo>(worker.port, {})
  const answer = peer.call('echo', 'early')

  expect(asked).toEqual([{ t: 'spawn', token: 1, kind: 'imaging' }])
  const { port1, port2 } = new MessageChannel()
  createPeer<Echo, Record<never, never>>(portOf(electronEnd(port2)), { echo: (input) => ok(`${input} too`) })
  send({ t: 'spawned', token: 1, pid: 4711 }, electronEnd(port1))

  expect(await answer).toEqual(ok('early too'))
  expect(worker.pid).toBe(4711)
  peer.close()
})

test('the exit of one worker ends its calls and not those of another', async () => {
  const { broker, send } = channelToMain()
  const [first, second] = [broker('transfer'), broker('transfer')]
  const lost = createPeer<Record<never, never>, Echo>(first.port, {}).call('echo', 'a')
  const alive = createPeer<Record<never, never>, Echo>(second.port, {})
  void alive.call('echo', 'b')

  send({ t: 'exited', token: 1, code: 137 })

  expect(await lost).toMatchObject({ ok: false, failure: { code: 'worker-gone' } })
  expect(await first.exited).toEqual({ code: 137, signal: null })
  expect(alive.inFlight).toBe(1)
})
