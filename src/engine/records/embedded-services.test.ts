import { MessageChannel, type MessagePort } from 'node:worker_threads'
import { expect, onTestFinished, test, vi } from 'vitest'
import { openTestCatalog } from '../../../test/support/catalog.ts'
import { expectOk } from '../../../test/support/engine.ts'
import { ok } from '../../shared/domain/result.ts'
import { createPeer, done } from '../../shared/worker/peer.ts'
import type { ChildHandle, ExitInfo, Port } from '../../shared/worker/port.ts'
import type { RecordsContract, ServicePlace } from '../../shared/worker/records.ts'
import { createEmbeddedServices, IDLE_MS } from './embedded-services.ts'

/** A process that says where its service is, which of them it is being the token. */
function child(token: string): ChildHandle {
  const { port1, port2 } = new MessageChannel()
  const exited = Promise.withResolvers<ExitInfo>()
  createPeer<RecordsContract, Record<never, never>>(portOver(port2), {
    start: () => ok({ url: 'https://127.0.0.1:1', token, fingerprint: 'SHA256:none', keptIn: null }),
    stop: () => done,
    vitals: () => ok({ pid: 1, rssBytes: 1, peakRssBytes: 1, loopDelayP99Ms: 0 }),
  })
  const kill = (): void => {
    port1.close()
    exited.resolve({ code: null, signal: 'SIGKILL' })
  }
  return { pid: 1, port: portOver(port1), exited: exited.promise, kill }
}

function portOver(end: MessagePort): Port {
  return {
    post: (message) => end.postMessage(message),
    onMessage: (listener) => void end.on('message', listener),
    onClose: (listener) => void end.on('close', listener),
    close: () => end.close(),
  }
}

test('nothing is on its way for five minutes: the process ends, and the next question starts another', async () => {
  await using catalog = await openTestCatalog()
  const children: ChildHandle[] = []
  const services = createEmbeddedServices({
    ...catalog,
    host: {
      spawnWorker() {
        const started = child(`token ${children.length}`)
        children.push(started)
        return started
      },
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    },
    onSetAside: () => expect.unreachable(),
  })
  const fakeTimers = (): void => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
  const place = async (): Promise<ServicePlace> => {
    const asked = services.place(catalog.shopId)
    await vi.advanceTimersByTimeAsync(1)
    return expectOk(await asked)
  }
  await catalog.addBatch('batch')
  await catalog.addItem('item', 'batch', 'uploading')
  fakeTimers()
  expect((await place()).token).toBe('token 0')
  await vi.advanceTimersByTimeAsync(IDLE_MS)
  expect((await place()).token).toBe('token 0')

  vi.useRealTimers()
  await catalog.move('item', 'done')
  fakeTimers()
  expect((await place()).token).toBe('token 0')
  await vi.advanceTimersByTimeAsync(IDLE_MS)
  await children[0]?.exited
  expect(await services.vitals()).toEqual([])
  expect((await place()).token).toBe('token 1')
  vi.useRealTimers()
  await services.stop()
  expect(children).toHaveLength(2)
})
