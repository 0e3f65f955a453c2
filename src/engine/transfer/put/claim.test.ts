import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { lost, refused, type SftpStub, stubSftp } from '../../../../test/support/sftp-stub.ts'
import type { Naming } from '../../../shared/domain/nas-facts.ts'
import { ok } from '../../../shared/domain/result.ts'
import type { Reply } from '../failures.ts'
import { type Claimed, claim } from './claim.ts'

const OURS = Buffer.from('our bytes')
const bytes = { sizeBytes: OURS.length, sha256: createHash('sha256').update(OURS).digest('hex') }
const context = {
  facts: { partNaming: 'hidden' as const },
  noteClaim: async () => ok(null),
}

/** A written part that is closed, as on every server but OpenSSH; with `handle` still open. */
function claiming(stub: SftpStub, naming: Naming, handle: Buffer | null = null): Promise<Reply<Claimed>> {
  if (!stub.files.has('/part')) stub.files.set('/part', { bytes: OURS, mtime: 7 })
  return claim(stub.sftp, { ...context, naming, part: { path: '/part', handle }, path: '/a.png', bytes })
}
const named = (durable: boolean): unknown => ({ ok: true, value: { kind: 'named', durable } })
const textOf = (stub: SftpStub, path: string): string | undefined => stub.files.get(path)?.bytes.toString()

test.each([
  ['link', { hasHardlink: true }],
  // Looked at first, should it replace after all.
  ['rename', { renameReplaces: true }],
  ['create', { renameReplaces: true }],
  ['look', { renameReplaces: true }],
] as const)("by '%s' a free name is given, and a file that has it is kept", async (naming, rules) => {
  const stub = stubSftp(rules)
  expect(await claiming(stub, naming)).toEqual(named(true))
  expect([...stub.files.keys()]).toEqual(['/a.png'])

  stub.files.set('/a.png', { bytes: Buffer.from('theirs'), mtime: 1 })
  expect(await claiming(stub, naming)).toEqual({ ok: true, value: { kind: 'taken' } })
  expect([textOf(stub, '/a.png'), textOf(stub, '/part')]).toEqual(['theirs', 'our bytes'])
})

test.each([
  ['ordered', Buffer.from('h')],
  ['link', null],
] as const)("[rename done and refused] by '%s' a name that appeared all the same is ours", async (naming, handle) => {
  const stub = stubSftp({ hasHardlink: true, traits: { inOrder: naming === 'ordered' } })
  const file = { bytes: OURS, mtime: 7 }
  stub.files.set('/part', file)
  stub.files.set('/a.png', file)
  stub.answer('rename', refused(3))
  stub.answer('unlink', refused(3))
  expect(await claiming(stub, naming, handle)).toEqual(named(true))
  expect([...stub.files.keys()]).toEqual(['/part', '/a.png'])
})

test.each([
  ['of another time', 3],
  ['of the same second', 7],
])("a colleague's file of the same bytes, %s, is not taken for ours", async (_when, mtime) => {
  const stub = stubSftp({ hasHardlink: true })
  stub.files.set('/a.png', { bytes: OURS, mtime })
  expect(await claiming(stub, 'link')).toEqual({ ok: true, value: { kind: 'taken' } })
})

test('a name that is free and refused is told with the refusal, and no claim of ours stays', async () => {
  const stub = stubSftp({ renameReplaces: true })
  stub.answer('rename', refused(3))
  expect(await claiming(stub, 'create')).toMatchObject({ ok: true, value: { kind: 'refused', fault: { status: 3 } } })
  expect([...stub.files.keys()]).toEqual(['/part'])
})

test('a claim is noted when it was made, and the note goes before its empty file', async () => {
  const stub = stubSftp({ renameReplaces: true })
  stub.files.set('/part', { bytes: OURS, mtime: 7 })
  stub.answer('rename', refused(3))
  const notes: [isClaimed: boolean, isThere: boolean][] = []
  const noteClaim = async (isClaimed: boolean) => {
    notes.push([isClaimed, stub.files.has('/a.png')])
    return ok(null)
  }
  const part = { path: '/part', handle: null }
  await claim(stub.sftp, { ...context, noteClaim, naming: 'create', part, path: '/a.png', bytes })
  expect(notes).toEqual([
    [true, true],
    [false, true],
  ])
  expect([...stub.files.keys()]).toEqual(['/part'])
})

test.each([
  ['at once', (rename: () => void) => rename()],
  ['a little later, having looked before we renamed', (rename: () => void) => void setTimeout(rename, 100)],
])('where nothing guards a name, a file that went over ours %s is found by reading back', async (_when, soon) => {
  const stub = stubSftp({ renameReplaces: true })
  const theirs = { bytes: Buffer.from('theirs...'), mtime: 9 }
  stub.answer('rename', () => {
    stub.files.set('/a.png', { bytes: OURS, mtime: 7 })
    soon(() => stub.files.set('/a.png', theirs))
  })
  expect(await claiming(stub, 'look')).toEqual({ ok: true, value: { kind: 'overwritten' } })
})

test('a sync that is refused after the rename is not durable', async () => {
  const stub = stubSftp()
  stub.answer('fsync', refused(4))
  expect(await claiming(stub, 'rename')).toEqual(named(false))
  const ordered = stubSftp({ traits: { inOrder: true } })
  ordered.answer('fsync', refused(4))
  expect(await claiming(ordered, 'ordered', Buffer.from('h'))).toEqual(named(false))
})

test('a session that is lost between the rename and the sync after it leaves in doubt what came of it', async () => {
  const stub = stubSftp()
  stub.answer('fsync', lost)
  expect(await claiming(stub, 'rename')).toEqual(lost)
  const ordered = stubSftp({ traits: { inOrder: true } })
  ordered.answer('fsync', lost)
  expect(await claiming(ordered, 'ordered', Buffer.from('h'))).toEqual(lost)
})
