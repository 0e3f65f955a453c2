import { createHash } from 'node:crypto'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { lost, type SftpStub, type StubRules, stubSftp } from '../../../../test/support/sftp-stub.ts'
import { mulberry32 } from '../../../practice/drawing/mulberry32.ts'
import type { Naming } from '../../../shared/domain/nas-facts.ts'
import { ok, type Result } from '../../../shared/domain/result.ts'
import type { PutRequest, PutResult, SentName } from '../../../shared/worker/transfer.ts'
import { wholeMs } from '../../whole-ms.ts'
import type { SftpRequests } from '../connection/sftp-requests.ts'
import { makeFolder } from './folders.ts'
import { sweepParts } from './part-file.ts'
import { putFile } from './put-file.ts'
import { takeBack } from './take-back.ts'
import { createTakenNumbers } from './taken-numbers.ts'
import { reinstate, withdraw } from './withdraw.ts'

// Nobody else renames here: nobody is waited for.
vi.mock('node:timers/promises', () => ({ setTimeout: async () => undefined }))

const OLD = Buffer.from('the old design')
const FOREIGN = Buffer.from("somebody's")
const PATH = '/shop/UV 1.png'
const home = await mkdtemp(join(tmpdir(), 'galley-cut-'))
afterAll(() => rm(home, { recursive: true }))

interface Kind {
  readonly naming: Naming
  readonly rules: StubRules
}
const posixRename = { canReplace: true }
const KINDS: Readonly<Record<string, Kind>> = {
  OpenSSH: { naming: 'ordered', rules: { hasHardlink: true, traits: { inOrder: true, ...posixRename } } },
  'a server with hard links': { naming: 'link', rules: { hasHardlink: true, traits: posixRename } },
  'a server with hard links alone': { naming: 'link', rules: { hasHardlink: true } },
  'a server whose rename looks first': { naming: 'rename', rules: { renameLooksFirst: true } },
  'a server whose rename replaces': { naming: 'create', rules: { renameReplaces: true } },
  'a server that keeps no exclusive name': { naming: 'look', rules: { renameReplaces: true } },
  'a server that links nothing and says it did': {
    naming: 'look',
    rules: { hasHardlink: true, renameReplaces: true, linksNothing: true, traits: posixRename },
  },
  'a server that replaces nothing and says it can': {
    naming: 'link',
    rules: { hasHardlink: true, replacesNothing: true, traits: posixRename },
  },
}

/** What an engine keeps of one item, over any number of workers and connections. */
interface Item {
  readonly request: PutRequest
  readonly bytes: Buffer
  readonly replaces: Buffer | null
  intent: SentName | null
  attempt: number
}

async function makeItem(itemId: string, replaces: Buffer | null = null): Promise<Item> {
  const path = join(home, itemId)
  const bytes = Buffer.from(`bytes of ${itemId}`)
  await writeFile(path, bytes)
  const { mtimeNs } = await stat(path, { bigint: true })
  const request: PutRequest = {
    ...{ nasId: 'nas', itemId, attempt: 1, remoteDir: '/shop', verify: 'read-back', sha256: sha256(bytes) },
    source: { path, fileName: itemId, sizeBytes: bytes.length, mtimeMs: wholeMs(mtimeNs) },
    ...(replaces === null ? {} : { replaces: { fileName: 'UV 1.png' } }),
  }
  return { request, bytes, replaces, intent: null, attempt: 0 }
}

/** One try, as the engine has it made: with what it knows of the tries before. */
function put(sftp: SftpRequests, naming: Naming, item: Item): Promise<Result<PutResult>> {
  const attempt = ++item.attempt
  const channel = {
    sftp,
    window: { pieceBytes: 1000, take: async () => ({ acknowledged: () => undefined, dropped: () => undefined }) },
    shell: { run: async () => null },
  }
  const settle = item.intent === null ? {} : { settle: item.intent }
  return putFile(
    channel as never,
    { ...item.request, attempt, ...settle },
    {
      facts: {
        ensure: (on) => makeFolder(on, '/shop', '/shop'),
        partNaming: 'hidden',
        taken: createTakenNumbers('/', async () => undefined),
        naming: async () => ({ ok: true, value: naming }),
        named: async () => undefined,
        callParts: async () => undefined,
      },
      now: () => 0,
      signal: new AbortController().signal,
      emit: () => undefined,
      noteReached: async () => undefined,
      async noteClaim(isClaimed) {
        if (item.intent !== null) item.intent = { ...item.intent, isClaimed }
        return ok(null)
      },
      async takeName({ foreign }) {
        if (item.replaces !== null) {
          item.intent = { fileName: 'UV 1.png', attempt }
          return ok({ fileName: 'UV 1.png', replaces: sha256(item.replaces) })
        }
        const before = item.intent?.fileName ?? 'UV 1.png'
        const number = Number(/\d+/.exec(before)?.[0]) + (foreign === before ? 1 : 0)
        item.intent = { fileName: `UV ${number}.png`, attempt }
        return ok({ fileName: item.intent.fileName })
      },
    },
  )
}

/** The server until the connection goes away at its `at`th request, before or after that is done. */
function cutAt(sftp: SftpRequests, at: number, isDone: boolean): SftpRequests & { readonly isCut: boolean } {
  let count = 0
  return new Proxy(sftp, {
    get(target, name: keyof SftpRequests | 'isCut') {
      if (name === 'isCut') return count >= at
      const request = target[name]
      if (typeof request !== 'function') return request
      return async (...args: never[]) => {
        count += 1
        if (count < at) return (request as (...of: never[]) => unknown)(...args)
        if (count === at && isDone) await (request as (...of: never[]) => unknown)(...args)
        return lost
      }
    },
  }) as SftpRequests & { readonly isCut: boolean }
}

/** Runs what can be cut until one run came to its end uncut. */
async function everyCut(run: (at: number, isDone: boolean) => Promise<boolean>): Promise<void> {
  let wasCut = true
  for (let at = 1; wasCut; at++) {
    wasCut = false
    for (const isDone of [false, true]) wasCut = (await run(at, isDone)) || wasCut
    expect(at).toBeLessThan(80)
  }
}

function serverWith(rules: StubRules, name: string, bytes: Buffer): SftpStub {
  const stub = stubSftp(rules)
  stub.files.set(name, { bytes, mtime: 0 })
  return stub
}

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')
const shown = ({ files }: SftpStub): Record<string, string> =>
  Object.fromEntries([...files].map(([path, { bytes }]) => [path, bytes.toString()]).sort())

describe.for(Object.entries(KINDS))('on %s', ([, { naming, rules }]) => {
  test('[session killed] cut at any request, twice, a file is there once, and nobody else’s goes', async () => {
    await everyCut(async (at, isDone) => {
      let wasCut = false
      for (const again of [1, 3, 5, 7, 9, 12]) {
        const stub = serverWith(rules, PATH, FOREIGN)
        const item = await makeItem('new')
        const first = cutAt(stub.sftp, at, isDone)
        await put(first, naming, item)
        wasCut = first.isCut
        await put(cutAt(stub.sftp, again, isDone), naming, item)
        const last = await put(stub.sftp, naming, item)
        const where = `cut at ${at} and ${again}, ${isDone ? 'done' : 'not done'}`
        expect(last, where).toMatchObject({ ok: true })
        await sweepParts(stub.sftp, { ...item.request, attempts: item.attempt })
        const { [last.ok ? last.value.remotePath : '']: stored, [PATH]: foreign, ...others } = shown(stub)
        expect({ stored, foreign }, where).toEqual({ stored: item.bytes.toString(), foreign: FOREIGN.toString() })
        // A claim that could be a colleague's stays.
        expect(
          Object.values(others).filter((bytes) => bytes !== '' || naming !== 'create'),
          where,
        ).toEqual([])
      }
      return wasCut
    })
  })

  test('[killed while it replaced] cut at any request, twice, the old file is kept and the new one has its name', async () => {
    await everyCut(async (at, isDone) => {
      let wasCut = false
      for (const again of [1, 3, 5, 7, 9, 12, 15]) {
        const stub = serverWith(rules, PATH, OLD)
        const item = await makeItem('new', OLD)
        const first = cutAt(stub.sftp, at, isDone)
        await put(first, naming, item)
        wasCut = first.isCut
        await put(cutAt(stub.sftp, again, isDone), naming, item)
        const where = `cut at ${at} and ${again}, ${isDone ? 'done' : 'not done'}`
        expect(Object.values(shown(stub)), where).toContain(OLD.toString())
        const last = await put(stub.sftp, naming, item)
        expect(last, where).toMatchObject({ ok: true, value: { keptPath: '/shop/.galley-new.old' } })
        await sweepParts(stub.sftp, { ...item.request, attempts: item.attempt })
        expect(shown(stub), where).toEqual({ '/shop/.galley-new.old': OLD.toString(), [PATH]: item.bytes.toString() })
      }
      return wasCut
    })
  })

  test('[killed while it replaced] what lies under the kept name counts only with the bytes of the old file', async () => {
    const kept = '/shop/.galley-new.old'
    for (const left of ['something older', OLD.toString()]) {
      const stub = serverWith(rules, PATH, OLD)
      stub.files.set(kept, { bytes: Buffer.from(left), mtime: 0 })
      const item = await makeItem('new', OLD)
      expect(await put(stub.sftp, naming, item)).toMatchObject({ ok: true, value: { keptPath: kept } })
      expect(shown(stub)).toEqual({ [kept]: OLD.toString(), [PATH]: item.bytes.toString() })
    }
    const alone = serverWith(rules, kept, OLD)
    expect(await put(alone.sftp, naming, await makeItem('new', OLD))).toMatchObject({ value: { keptPath: kept } })
    const stale = serverWith(rules, kept, FOREIGN)
    expect(await put(stale.sftp, naming, await makeItem('new', OLD))).toMatchObject({ value: { keptPath: null } })
  })

  test('[killed while it replaced] given up after a cut at any request, the old file has its name', async () => {
    await everyCut(async (at, isDone) => {
      const stub = serverWith(rules, PATH, OLD)
      const item = await makeItem('new', OLD)
      const first = cutAt(stub.sftp, at, isDone)
      const done = await put(first, naming, item)
      if (done.ok) return false
      const back = { ...backOf(item), keptPath: null }
      await takeBack(cutAt(stub.sftp, 4, isDone), back)
      expect(await takeBack(stub.sftp, back)).toEqual(ok(null))
      await sweepParts(stub.sftp, { ...item.request, attempts: item.attempt })
      expect(shown(stub), `cut at ${at}, ${isDone ? 'done' : 'not done'}`).toEqual({ [PATH]: OLD.toString() })
      return first.isCut
    })
  })

  test('[killed while it replaced] cut at any request, a replacement is taken back whole', async () => {
    await everyCut(async (at, isDone) => {
      const stub = serverWith(rules, PATH, OLD)
      const item = await makeItem('new', OLD)
      await put(stub.sftp, naming, item)
      stub.files.set('/shop/.galley-new-0.part', { bytes: Buffer.alloc(0), mtime: 0 })
      const first = cutAt(stub.sftp, at, isDone)
      const back = { ...backOf(item), keptPath: '/shop/.galley-new.old' }
      await takeBack(first, back)
      expect(await takeBack(stub.sftp, back)).toEqual(ok(null))
      expect(shown(stub), `cut at ${at}, ${isDone ? 'done' : 'not done'}`).toEqual({ [PATH]: OLD.toString() })
      return first.isCut
    })
  })
})

const KEPT = '/shop/.galley-removed-UV 1.png'
const THEIRS = '/shop/UV 2.png'
const WITHDRAWN = { nasId: 'nas', path: PATH, keptPath: KEPT, sha256: sha256(OLD) }
const TO_WITHDRAW = { ...WITHDRAWN, twin: { path: THEIRS, sha256: sha256(FOREIGN) } }

/** With a file of ours and a colleague's of the same design. */
function twinsOn(kind: Kind): SftpStub {
  const stub = serverWith(kind.rules, PATH, OLD)
  stub.files.set(THEIRS, { bytes: FOREIGN, mtime: 0 })
  return stub
}

describe.for(Object.entries(KINDS))('withdrawn on %s', ([, kind]) => {
  const both = { [PATH]: OLD.toString(), [THEIRS]: FOREIGN.toString() }
  const kept = { [KEPT]: OLD.toString(), [THEIRS]: FOREIGN.toString() }

  test('[killed while it withdrew] cut at any request, a file is withdrawn whole, and has its name again', async () => {
    await everyCut(async (at, isDone) => {
      const stub = twinsOn(kind)
      const where = `cut at ${at}, ${isDone ? 'done' : 'not done'}`
      const there = cutAt(stub.sftp, at, isDone)
      await withdraw(there, TO_WITHDRAW)
      for (let time = 0; time < 2; time++) expect(await withdraw(stub.sftp, TO_WITHDRAW), where).toEqual(ok(null))
      expect(shown(stub), where).toEqual(kept)
      const back = cutAt(stub.sftp, at, isDone)
      await reinstate(back, WITHDRAWN)
      for (let time = 0; time < 2; time++) expect(await reinstate(stub.sftp, WITHDRAWN), where).toEqual(ok(null))
      expect(shown(stub), where).toEqual(both)
      return there.isCut || back.isCut
    })
  })

  test('[killed while it withdrew] a rename that left both names is gone on with, either way', async () => {
    const half = twinsOn(kind)
    half.files.set(KEPT, { bytes: OLD, mtime: 0 })
    expect(await withdraw(half.sftp, TO_WITHDRAW)).toEqual(ok(null))
    expect(shown(half)).toEqual(kept)
    half.files.set(PATH, { bytes: OLD, mtime: 0 })
    expect(await reinstate(half.sftp, WITHDRAWN)).toEqual(ok(null))
    expect(shown(half)).toEqual(both)
  })

  test('nothing is touched where ours is another by now, or gone, or the colleague’s is', async () => {
    const refusals = [
      [PATH, 'somebody put this here', 'design-altered'],
      [PATH, null, 'design-gone'],
      [THEIRS, 'cut short', 'twin-gone'],
      [THEIRS, null, 'twin-gone'],
    ] as const
    for (const [path, bytes, code] of refusals) {
      const stub = twinsOn(kind)
      stub.files.delete(path)
      if (bytes !== null) stub.files.set(path, { bytes: Buffer.from(bytes), mtime: 0 })
      const before = shown(stub)
      expect(await withdraw(stub.sftp, TO_WITHDRAW)).toMatchObject({ ok: false, failure: { code } })
      expect(shown(stub)).toEqual(before)
    }
  })

  test('a colleague’s file that turns out to be ours under another name is not lost', async () => {
    const stub = twinsOn(kind)
    for (const request of ['rename', 'replace'] as const) stub.answer(request, () => void stub.files.delete(THEIRS))
    const done = await withdraw(stub.sftp, TO_WITHDRAW)
    expect(done).toMatchObject({ ok: false, failure: { code: 'twin-gone' } })
    expect(shown(stub)).toEqual({ [PATH]: OLD.toString() })
  })

  test('a name that was taken meanwhile stays whose it is, and what is kept no longer is said to be gone', async () => {
    const stub = twinsOn(kind)
    expect(await withdraw(stub.sftp, TO_WITHDRAW)).toEqual(ok(null))
    stub.files.set(PATH, { bytes: FOREIGN, mtime: 0 })
    expect(await withdraw(stub.sftp, TO_WITHDRAW)).toEqual(ok(null))
    expect(await reinstate(stub.sftp, WITHDRAWN)).toMatchObject({ failure: { code: 'remote-conflict' } })
    expect(shown(stub)).toEqual({ ...kept, [PATH]: FOREIGN.toString() })
    for (const path of [PATH, KEPT]) stub.files.delete(path)
    expect(await reinstate(stub.sftp, WITHDRAWN)).toMatchObject({ failure: { code: 'design-gone' } })
  })
})

function backOf({ request, replaces }: Item) {
  const { itemId, remoteDir, sha256: newSha256 } = request
  return { nasId: 'nas', itemId, remoteDir, fileName: 'UV 1.png', newSha256, oldSha256: sha256(replaces ?? OLD) }
}

test.each(['a server with hard links', 'a server whose rename replaces', 'a server whose rename looks first'])(
  '[same number] on %s, whoever stalls or is cut, and however long, each has its file',
  async (name) => {
    const { naming, rules } = KINDS[name] ?? expect.fail(name)
    for (let seed = 1; seed <= 60; seed++) {
      const random = mulberry32(seed)
      const stub = stubSftp(rules)
      const waiting: (() => void)[] = []
      const slowly = new Proxy(stub.sftp, {
        get(target, name: keyof SftpRequests) {
          const request = target[name]
          if (typeof request !== 'function') return request
          return async (...args: never[]) => {
            await new Promise<void>((resolve) => waiting.push(resolve))
            return (request as (...of: never[]) => unknown)(...args)
          }
        },
      })
      const items = [await makeItem('ana'), await makeItem('ben'), await makeItem('eve')]
      let running = items.length
      const station = async (item: Item): Promise<Result<PutResult>> => {
        for (let cuts = 0; cuts < 2; cuts++) {
          const at = 1 + Math.floor(random() * 25)
          const put1 = await put(cutAt(slowly, at, random() < 0.5), naming, item)
          if (put1.ok) return put1
        }
        return put(slowly, naming, item)
      }
      const puts = Promise.all(items.map((item) => station(item).finally(() => running--)))
      while (running > 0) {
        await new Promise(setImmediate)
        const [next] = waiting.splice(Math.floor(random() * waiting.length), 1)
        next?.()
      }
      const results = await puts
      const paths = results.map((result) =>
        result.ok ? result.value.remotePath : `seed ${seed}: ${result.failure.code}`,
      )
      expect(
        paths.map((path) => stub.files.get(path)?.bytes.toString()),
        `seed ${seed}: ${paths}`,
      ).toEqual(items.map(({ bytes }) => bytes.toString()))
    }
  },
)
