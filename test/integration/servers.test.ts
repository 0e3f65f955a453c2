import { randomUUID } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { drawDesign } from '../../src/practice/draw-design.ts'
import { startBackend } from '../support/backend.ts'
import { startChaosProxy } from '../support/chaos-proxy.ts'
import { writeDesigns } from '../support/engine-shop.ts'
import { writeLargeDesign } from '../support/real-designs.ts'
import { serverKind } from '../support/servers/kinds.ts'
import { placeForeignFile, readNas } from '../support/servers/nas-content.ts'
import { whyNot } from '../support/servers/server-kind.ts'
import { openWorkstation } from '../support/servers/workstation.ts'

/** Larger than what goes out in one write, to any server. */
const LARGER = { width: 900, height: 1000 }
const REST_MS = 45_000
/** One of the connection test, and what a first try and its repetitions within the test make of it. */
const MOST_SIGN_INS = 5

const backend = await startBackend()
const home = await mkdtemp(join(tmpdir(), 'galley-servers-'))
afterAll(async () => {
  await backend[Symbol.asyncDispose]()
  await rm(home, { recursive: true })
})
const designs = [join(home, 'large.png'), ...(await writeDesigns(home, [1, 2, 3, 4, 5]))]
await writeFile(designs[0] ?? '', await drawDesign(6, LARGER))

const STORING = [
  'ssh-chroot',
  'proftpd-default',
  'proftpd-hidden',
  'rclone',
  'mysecureshell',
  'paramiko',
  'paramiko-locks',
  'paramiko-late-codes',
  'asyncssh-one-way',
  'asyncssh-small-writes',
  'dropbear',
]
const REFUSING = [
  'ssh-readonly',
  'ssh-wrongroot',
  'ssh-norename',
  'ssh-badchroot',
  'ssh-banner',
  'ssh-nosftp',
  'ssh-legacy-kex',
  'asyncssh-code',
]

test.for(STORING)(
  'two workstations store every design once on %s, and leave a file of somebody else alone',
  async (name, context) => {
    const kind = serverKind(name)
    const reason = whyNot(kind)
    if (reason !== null) context.skip(reason)
    await using server = await kind.start()
    const foreign = await placeForeignFile(server, 2)
    const parts = { server, backend, token: await backend.addShop(`shop ${randomUUID()}`) }
    await using ana = await openWorkstation(parts)
    await using ben = await openWorkstation(parts)
    expect((await ana.testConnection()).filter(({ ok }) => !ok)).toEqual([])
    const halves = [designs.slice(0, 3), designs.slice(3)]
    const uploads = await Promise.all([ana, ben].map((one, n) => one.upload(halves[n] ?? [], REST_MS)))
    expect(uploads.flatMap(({ failures }) => failures)).toEqual([])
    expect(uploads.flatMap(({ receipt }) => receipt.map(({ outcome }) => outcome))).toEqual(designs.map(() => 'done'))
    const content = await readNas(server.root, designs, [foreign])
    expect(content).toEqual({ stored: designs.length, namesPerFile: 1, damaged: [], leftovers: [] })
  },
)

test.for(REFUSING)('%s holds what was dropped, with its reason, after few sign-ins', async (name, context) => {
  const kind = serverKind(name)
  const reason = whyNot(kind)
  if (reason !== null) context.skip(reason)
  const { expected } = kind
  if (expected.kind !== 'refuses') throw new Error(`${name} is expected to store files`)
  await using server = await kind.start()
  await using ana = await openWorkstation({ server, backend, token: await backend.addShop(`shop ${randomUUID()}`) })
  const tried = (await ana.testConnection()).at(-1)
  expect(expected.codes).toContain(tried?.failure?.code)
  const { receipt, failures } = await ana.upload(designs, REST_MS)
  expect(failures.map(({ code }) => code)).toEqual([expect.toBeOneOf([...expected.codes])])
  expect(receipt.map(({ outcome }) => outcome)).toEqual(designs.map(() => 'pending'))
  expect(server.signIns()).toBeLessThanOrEqual(MOST_SIGN_INS)
})

test.for(['proftpd-quota', 'fs-quota'])(
  '[NAS quota] %s holds what goes beyond it and says so, also where the line broke before',
  async (name, context) => {
    const kind = serverKind(name)
    const reason = whyNot(kind)
    if (reason !== null) context.skip(reason)
    const { expected } = kind
    if (expected.kind !== 'fills') throw new Error(`${name} is expected to have a limit`)
    await using server = await kind.start()
    await using proxy = await startChaosProxy(server)
    const token = await backend.addShop(`shop ${randomUUID()}`)
    await using ana = await openWorkstation({ server, backend, token, through: proxy })
    const tooLarge = await writeLargeDesign(join(home, `${name}.png`), expected.megabytes + 5)
    const sent = proxy.bytesUp
    const cut = proxy.untilSent(sent + 5_000_000).then(() => proxy.resetAll())
    const { receipt, failures } = await ana.upload([tooLarge], REST_MS)
    await cut
    expect(failures.map(({ code }) => code)).toEqual([expect.toBeOneOf([...expected.codes])])
    expect(receipt.map(({ outcome }) => outcome)).toEqual(['pending'])
    expect(proxy.bytesUp - sent).toBeLessThan(3 * (expected.megabytes + 5) * 1e6)
  },
)
