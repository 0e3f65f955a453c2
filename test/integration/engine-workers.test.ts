import { execFile } from 'node:child_process'
import { readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, expect, test, vi } from 'vitest'
import { expectOk } from '../support/engine.ts'
import { type EngineShop, openEngineShop, shareServers, writeDesigns } from '../support/engine-shop.ts'
import { isWorker } from '../support/entries.ts'
import { descendantsOf, signalProcess } from '../support/processes.ts'

vi.setConfig({ testTimeout: 120_000 })

const run = promisify(execFile)
const { sshd, backend } = await shareServers()

type Kind = 'imaging' | 'transfer'

async function pidsOf({ engine }: EngineShop, kind: Kind): Promise<number[]> {
  const all = await descendantsOf(engine.pid)
  return all.filter(({ command }) => isWorker(command, kind)).map(({ pid }) => pid)
}

/** So many files more than now may the process have open. The limit is on the number that the next one would get. */
async function allowFiles(pid: number, more: number): Promise<void> {
  const open = new Set(await readdir(`/proc/${pid}/fd`))
  const free = Array.from({ length: 1024 }, (_, fd) => fd).filter((fd) => !open.has(String(fd)))
  await run('prlimit', ['--pid', String(pid), `--nofile=${free[more] ?? 1024}:`])
}

test.for<[who: 'engine' | Kind, more: number]>([
  ['imaging', 0],
  // Its own, and none for the decoder.
  ['imaging', 1],
  ['transfer', 0],
  ['engine', 0],
])(
  '[no file descriptors] the %s process may open %i more files and no other: work waits, and nothing fails',
  async ([who, spare], context) => {
    if (process.platform !== 'linux') return context.skip('prlimit is there on Linux only')
    await using shop = await openEngineShop({ sshd, backend })
    const first = await writeDesigns(shop.drops, [1, 2])
    await shop.rest(await shop.drop(first))
    const pids = who === 'engine' ? [shop.engine.pid] : await pidsOf(shop, who)
    expect(pids.length).toBeGreaterThan(0)
    for (const pid of pids) await allowFiles(pid, spare)
    const more = await writeDesigns(join(shop.drops, 'more'), [3, 4, 5, 6])
    const batchId = await shop.drop([join(shop.drops, 'more')])
    if (who === 'engine') await vi.waitFor(async () => expect((await shop.batch(batchId)).state).toBe('scanning'))
    else {
      const stage = who === 'imaging' ? 'accepted' : 'waiting'
      await shop.until(batchId, (items) => items.some((item) => item.stage === stage && item.hold?.kind === 'local'))
    }
    for (const pid of pids) await allowFiles(pid, Number.POSITIVE_INFINITY)
    await vi.waitFor(async () => expect((await shop.batch(batchId)).state).toBe('ended'), 60_000)
    expect((await shop.rest(batchId)).map(({ outcome }) => outcome)).toEqual(more.map(() => 'done'))
    expect(await shop.records()).toHaveLength(first.length + more.length)
  },
)

test('what ends a terminal or a session ends no worker by itself: who began the work says when', async () => {
  await using shop = await openEngineShop({ sshd, backend })
  await shop.rest(await shop.drop(await writeDesigns(shop.drops, [1])))
  const workers = async () => [...(await pidsOf(shop, 'imaging')), ...(await pidsOf(shop, 'transfer'))].toSorted()
  const before = await workers()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) for (const pid of before) signalProcess(pid, signal)
  const receipt = await shop.rest(await shop.drop(await writeDesigns(join(shop.drops, 'more'), [2, 3])))
  expect(receipt.map(({ outcome }) => outcome)).toEqual(['done', 'done'])
  expect(await workers()).toEqual(expect.arrayContaining(before))
})

const { NODE_OPTIONS } = process.env
afterEach(() => {
  if (NODE_OPTIONS === undefined) delete process.env.NODE_OPTIONS
  else process.env.NODE_OPTIONS = NODE_OPTIONS
})

test.for<Kind>(['imaging', 'transfer'])(
  'where no %s worker can start, no file loses its chance: all wait, say why, and go on when one can',
  async (kind) => {
    const folder = sshd.scratch
    const broken = join(folder, 'broken')
    const preload = join(folder, 'end-at-start.cjs')
    await writeFile(broken, '')
    await writeFile(
      preload,
      `if (process.argv[1]?.includes('/worker/${kind}.') && require('node:fs').existsSync('${broken}')) process.exit(3)`,
    )
    process.env.NODE_OPTIONS = `--require ${preload}`
    await using shop = await openEngineShop({ sshd, backend })
    const sources = await writeDesigns(shop.drops, [1, 2, 3])
    const batchId = await shop.drop([shop.drops])
    const receipt = await shop.rest(batchId)
    const stage = kind === 'imaging' ? 'accepted' : 'waiting'
    expect(receipt.map(({ reason }) => reason)).toEqual(sources.map(() => `${stage}: worker-broken`))
    expect((await shop.items(batchId)).map(({ hold }) => hold)).toMatchObject(
      sources.map(() => ({ failure: { code: 'worker-broken', detail: { says: 'worker-of', kind } } })),
    )
    await rm(broken)
    expectOk(await shop.engine.peer.call('retry', { batchId, itemIds: [] }))
    await vi.waitFor(async () => expect((await shop.batch(batchId)).state).toBe('ended'), 60_000)
    expect(await shop.differences(batchId, sources)).toEqual([])
  },
)

test.for([
  // As a decoder does that a file makes crash: at once, without a word.
  ['ends', 'process.kill(process.pid, "SIGKILL")'],
  ['takes all memory', '(globalThis.taken = Buffer.alloc(1.2e9, 1), new Promise(() => undefined))'],
])(
  '[imaging worker crashed] a file whose worker %s three times fails, is sent nowhere, and the others arrive',
  async ([, does]) => {
    const preload = join(sshd.scratch, 'end-with-poison.cjs')
    await writeFile(
      preload,
      `const files = require('node:fs/promises'), { open } = files
     files.open = (path, ...rest) => (String(path).endsWith('poison.png') ? ${does} : open(path, ...rest))
     require('node:module').syncBuiltinESMExports()`,
    )
    process.env.NODE_OPTIONS = `--require ${preload}`
    await using shop = await openEngineShop({ sshd, backend })
    const sources = await writeDesigns(shop.drops, [1, 2, 3])
    await writeFile(join(shop.drops, 'poison.png'), 'anything')
    const receipt = await shop.rest(await shop.drop([shop.drops]))
    const [poison] = receipt.filter(({ fileName }) => fileName === 'poison.png')
    expect([poison?.outcome, poison?.reason]).toEqual(['failed', 'poison'])
    expect(receipt.filter(({ outcome }) => outcome === 'done')).toHaveLength(sources.length)
  },
)
