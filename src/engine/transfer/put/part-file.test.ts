import { expect, test } from 'vitest'
import { refused, type SftpStub, stubSftp } from '../../../../test/support/sftp-stub.ts'
import type { Result } from '../../../shared/domain/result.ts'
import type { PutRequest } from '../../../shared/worker/transfer.ts'
import { createFactBook } from './folder-facts.ts'
import { openPart, type PartFile, sweepParts } from './part-file.ts'

const request: PutRequest = {
  ...{ nasId: 'nas', itemId: 'a', attempt: 1, remoteDir: '/shop', verify: 'size', sha256: '' },
  source: { path: '/a', fileName: 'a', sizeBytes: 1, mtimeMs: 0 },
}

function opening(stub: SftpStub, told: string[] = []): Promise<Result<PartFile>> {
  const tell = async (_folder: string, { partNaming }: { readonly partNaming: string }) => void told.push(partNaming)
  const tellTaken = async () => undefined
  const book = createFactBook({ hostKey: '', root: '/', newId: () => 'probe', tell, tellTaken })
  return openPart(stub.sftp, book(stub.sftp, '/shop'), request)
}

test.each([
  ['hidden names', 2, '/shop/galley-a-1.part', 'plain'],
  ['names that end in .part', 3, '/shop/galley-a-1.part.png', 'picture'],
] as const)(
  'where %s are refused temporary files are called otherwise, for good',
  async (_what, times, path, naming) => {
    const stub = stubSftp()
    const told: string[] = []
    stub.answer('open', ...Array.from({ length: times }, () => refused(3)))
    expect(await opening(stub, told)).toMatchObject({ ok: true, value: { path } })
    expect(told).toEqual([naming])
  },
)

test('where every temporary name is refused, that is what is said', async () => {
  const stub = stubSftp()
  stub.answer('open', ...Array.from({ length: 4 }, () => refused(3)))
  expect(await opening(stub)).toMatchObject({
    ok: false,
    failure: { code: 'permission-denied', detail: { says: 'at', what: { says: 'parts-refused' } } },
  })
})

test.each([4, 11, 3])('a name that a killed process left is taken over, refused by %d as it may be', async (status) => {
  const stub = stubSftp()
  stub.files.set('/shop/.galley-a-1.part', { bytes: Buffer.from('left'), mtime: 1 })
  stub.answer('open', refused(status))
  expect(await opening(stub)).toMatchObject({ ok: true, value: { path: '/shop/.galley-a-1.part' } })
  expect(stub.files.get('/shop/.galley-a-1.part')?.bytes.length).toBe(0)
})

test('the sweep knows every temporary name, and does not ask for ever where nothing may be removed', async () => {
  const stub = stubSftp()
  const names = ['/shop/.galley-a-1.part', '/shop/galley-a-2.part', '/shop/galley-a-1.part.png']
  for (const name of names) stub.files.set(name, { bytes: Buffer.alloc(1), mtime: 1 })
  const sweep = { nasId: 'nas', itemId: 'a', remoteDir: '/shop', attempts: 2 }
  expect(await sweepParts(stub.sftp, sweep)).toEqual({ ok: true, value: null })
  expect([...stub.files.keys()]).toEqual([])

  for (const name of names) stub.files.set(name, { bytes: Buffer.alloc(1), mtime: 1 })
  stub.answer('unlink', ...Array.from({ length: 6 }, () => refused(3)))
  expect(await sweepParts(stub.sftp, sweep)).toEqual({ ok: true, value: null })
})
