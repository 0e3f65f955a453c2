import { beforeEach, expect, test, vi } from 'vitest'
import { fakeTiming, settled } from '../../../test/support/fake-timing.ts'
import { forked } from '../../../test/support/fake-utility.ts'
import { failure } from '../../shared/domain/failure.ts'
import { fail, ok } from '../../shared/domain/result.ts'
import type { ShopSetup } from '../../shared/ipc/engine.ts'
import type { PracticeContract, PracticePlace } from '../../shared/ipc/practice.ts'
import { portOf } from '../../shared/worker/message-port.ts'
import { createPeer } from '../../shared/worker/peer.ts'
import type { EngineProcess } from '../supervisor/engine-process.ts'
import { openPracticeShop } from './practice-shop.ts'

vi.mock('electron', () => import('../../../test/support/fake-utility.ts'))

beforeEach(() => {
  forked.length = 0
})

function placeAt(port: number): PracticePlace {
  return {
    nas: { host: '127.0.0.1', port, user: 'practice', root: '/' },
    password: `password ${port}`,
    fingerprint: 'SHA256:practice',
    backendUrl: `http://127.0.0.1:${port + 1}`,
    token: `token ${port}`,
  }
}

/** The practice process that was forked last answers from there. */
function serve(port: number): void {
  const [given] = forked.at(-1)?.sent ?? []
  const [end] = given?.ports ?? []
  if (end === undefined) throw new Error('nothing was forked')
  createPeer<PracticeContract, Record<never, never>>(portOf(end), { start: () => ok(placeAt(port)) })
}

/** The practice shop beside an engine that knows these shops, and refuses the step that is named. */
function open(known: readonly ShopSetup[] = [], refused?: string) {
  const asked: [method: string, input: unknown][] = []
  const engine = {
    async call(method: string, input: unknown) {
      if (method === 'listShops') return ok(known)
      asked.push([method, input])
      return method === refused ? fail(failure('catalog-busy')) : ok(null)
    },
  } as unknown as EngineProcess
  const timing = fakeTiming()
  const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined }
  const forking = { entries: '/out', onLine: () => undefined }
  const practice = openPracticeShop({
    folder: '/practice',
    shopName: () => 'Practice shop',
    engine,
    forking,
    timing,
    log: quiet,
  })
  return { practice, asked, timing, inputOf: (step: string) => asked.findLast(([method]) => method === step)?.[1] }
}

test('a new practice shop is set up at the engine: its NAS trusted first, its secrets used last', async () => {
  const { practice, asked, inputOf } = open()
  const started = practice.start()
  serve(2200)
  expect(await started).toEqual(ok({ shopId: 'practice' }))
  expect(asked.map(([method]) => method)).toEqual(['trustHostKey', 'saveShop', 'saveTemplate', 'secretsChanged'])
  expect(inputOf('trustHostKey')).toEqual({ host: '127.0.0.1', port: 2200, fingerprint: 'SHA256:practice' })
  expect(inputOf('saveShop')).toMatchObject({ id: 'practice', name: 'Practice shop', kind: 'practice' })
})

test('what a person changed of it stays: its name and its templates', async () => {
  const { nas } = placeAt(1)
  const shop = { id: 'practice', name: 'My trial', kind: 'practice', nas, backendUrl: null } as const
  const template = { id: 't', shopId: 'practice', name: 'Mug' } as ShopSetup['templates'][number]
  const { practice, asked, inputOf } = open([{ shop, templates: [template] } as unknown as ShopSetup])
  const started = practice.start()
  serve(2200)
  await started
  expect(inputOf('saveShop')).toMatchObject({ name: 'My trial', nas: { port: 2200 } })
  expect(asked.map(([method]) => method)).not.toContain('saveTemplate')
})

test('its secrets are those of the place that runs now, and waited for until it does', async () => {
  const { practice, timing, inputOf } = open()
  let told: string | null = ''
  const early = practice.secret('nas-password').then((secret) => {
    told = secret
  })
  await settled()
  expect(told).toBe('')
  const started = practice.start()
  serve(2200)
  await started
  await early
  expect(told).toBe('password 2200')
  expect([await practice.secret('backend-token'), await practice.secret('nas-passphrase')]).toEqual([
    'token 2200',
    null,
  ])

  forked[0]?.end(1)
  await vi.waitFor(async () => {
    await timing.pass(1_000)
    expect(forked).toHaveLength(2)
  })
  serve(2300)
  await vi.waitFor(() => expect(inputOf('saveShop')).toMatchObject({ nas: { port: 2300 } }))
  expect(await practice.secret('backend-token')).toBe('token 2300')
})

test('a step that the engine refuses is the answer, and none comes after it', async () => {
  const { practice, asked } = open([], 'saveShop')
  const started = practice.start()
  serve(2200)
  expect(await started).toMatchObject({ failure: { code: 'catalog-busy' } })
  expect(asked.map(([method]) => method)).toEqual(['trustHostKey', 'saveShop'])
  expect(forked.map(({ entry }) => entry)).toEqual(['/out/practice.js'])
})
