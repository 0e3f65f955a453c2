import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { refused, stubSftp } from '../../../../test/support/sftp-stub.ts'
import { ok } from '../../../shared/domain/result.ts'
import type { PutRequest } from '../../../shared/worker/transfer.ts'
import { settleRename } from './settle-rename.ts'

const OURS = Buffer.from('our bytes')
const request: PutRequest = {
  ...{ nasId: 'nas', itemId: 'a', attempt: 2, remoteDir: '/shop', verify: 'read-back' },
  source: { path: '/a', fileName: 'a', sizeBytes: OURS.length, mtimeMs: 0 },
  sha256: createHash('sha256').update(OURS).digest('hex'),
}
const context = {
  facts: { partNaming: 'hidden' as const },
  noteClaim: async () => ok(null),
}
const sent = { fileName: 'a.png', attempt: 1 }

test('the temporary name goes before the final one is looked at: a frozen session cannot rename after the look', async () => {
  const stub = stubSftp()
  stub.files.set('/shop/.galley-a-1.part', { bytes: OURS, mtime: 1 })
  expect(await settleRename(stub.sftp, request, sent, context)).toEqual({
    ok: true,
    value: { kind: 'absent' },
  })
  expect(stub.asked.at(0)).toBe('unlink /shop/.galley-a-1.part')
  expect(stub.asked.at(-1)).toBe('lstat /shop/a.png')
})

test.each([
  ['that was seen to claim the name for us goes', true, 'absent', []],
  ['that may be a colleague’s claim stays, however long that one stalls', false, 'foreign', ['/shop/a.png']],
] as const)('an empty file %s', async (_whose, isClaimed, kind, left) => {
  const stub = stubSftp()
  stub.files.set('/shop/a.png', { bytes: Buffer.alloc(0), mtime: 1 })
  const settled = await settleRename(stub.sftp, request, { ...sent, isClaimed }, context)
  expect(settled).toEqual({ ok: true, value: { kind } })
  expect([...stub.files.keys()]).toEqual(left)
})

test.each([
  ['gone', 'stored'],
  ['still there', 'foreign'],
] as const)(
  'where nothing may be read, a file of our size is ours if the temporary one is %s: %s',
  async (part, kind) => {
    const stub = stubSftp()
    stub.files.set('/shop/a.png', { bytes: OURS, mtime: 1 })
    if (part === 'still there') stub.files.set('/shop/.galley-a-1.part', { bytes: OURS, mtime: 1 })
    stub.answer('open', refused(3), refused(3))
    const settled = await settleRename(stub.sftp, request, sent, context)
    expect(settled).toMatchObject({ ok: true, value: { kind } })
  },
)
