import { EventEmitter } from 'node:events'
import { beforeAll, expect, test, vi } from 'vitest'
import { callChannel, eventChannel, ROUTES } from '../shared/ipc/routes.ts'

/** Electron's side of the preload, as far as it is used. */
const electron = vi.hoisted(() => ({
  exposed: new Map<string, unknown>(),
  invoked: [] as unknown[],
}))
const ipc = new EventEmitter()

vi.mock('electron', () => ({
  contextBridge: { exposeInMainWorld: (name: string, api: unknown) => electron.exposed.set(name, api) },
  ipcRenderer: {
    invoke: async (...args: unknown[]) => electron.invoked.push(args),
    on: (channel: string, hear: (...args: unknown[]) => void) => ipc.on(channel, hear),
    removeListener: (channel: string, hear: (...args: unknown[]) => void) => ipc.removeListener(channel, hear),
  },
  webUtils: { getPathForFile: () => '/drop/a.png' },
}))

let bridge: Record<string, (...args: unknown[]) => unknown>
beforeAll(async () => {
  await import('./index.ts')
  bridge = electron.exposed.get('galley') as typeof bridge
})

test('the window gets one bridge: the routes by their names, events, and the paths of files', () => {
  expect([...electron.exposed.keys()]).toEqual(['galley'])
  expect(Object.keys(bridge).sort()).toEqual([...ROUTES, 'on', 'pathOf'].sort())
  bridge.pause?.({ batchId: 'b' })
  bridge.status?.()
  expect(electron.invoked).toEqual([
    [callChannel('pause'), { batchId: 'b' }],
    [callChannel('status'), null],
  ])
})

test('no channel can be listened to but those of the known events', () => {
  expect(() => bridge.on?.('no-such-event', () => undefined)).toThrow('no event')
  expect(() => bridge.on?.('__proto__', () => undefined)).toThrow('no event')
  expect(ipc.eventNames()).toEqual([])
})

test('a listener hears what was sent and never the sender, until it is ended', () => {
  const heard: unknown[] = []
  const end = bridge.on?.('delta', (...args: unknown[]) => heard.push(args)) as () => void
  ipc.emit(eventChannel('delta'), { sender: 'electron' }, 'first')
  end()
  ipc.emit(eventChannel('delta'), { sender: 'electron' }, 'second')
  expect(heard).toEqual([['first']])
  expect(ipc.listenerCount(eventChannel('delta'))).toBe(0)
})
