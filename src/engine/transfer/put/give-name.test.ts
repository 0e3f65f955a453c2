import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { type SftpStub, stubSftp } from '../../../../test/support/sftp-stub.ts'
import { failsWith, storesAs } from '../../../../test/support/transfer-worker.ts'
import { ok } from '../../../shared/domain/result.ts'
import { giveName } from './give-name.ts'
import { createTakenNumbers } from './taken-numbers.ts'

const OURS = Buffer.from('our bytes')
const sha256 = createHash('sha256').update(OURS).digest('hex')

/** Gives names `/1.png`, `/2.png`, ... to a part; `races` of them are somebody's as soon as they were looked at. */
async function namingAfter(stub: SftpStub, races: number) {
  const asked: string[] = []
  stub.files.set('/part', { bytes: OURS, mtime: 7 })
  const theirs = { bytes: Buffer.from('theirs'), mtime: 1 }
  let lost = 0
  const { lstat } = stub.sftp
  Object.assign(stub.sftp, {
    lstat: async (path: string) => {
      const found = await lstat(path)
      const isFree = path.endsWith('.png') && !stub.files.has(path)
      if (isFree && lost++ < races) stub.files.set(path, theirs)
      return found
    },
  })
  const source = { path: '/source', fileName: 'source', sizeBytes: OURS.length, mtimeMs: 0 }
  const request = { nasId: 'nas', itemId: 'a', attempt: 1, source, sha256, remoteDir: '/', verify: 'size' } as const
  const result = await giveName(
    stub.sftp,
    request,
    {
      facts: {
        ensure: async () => ok(null),
        partNaming: 'hidden',
        taken: createTakenNumbers('/', async () => undefined),
        naming: async () => ({ ok: true, value: 'rename' }),
        named: async () => undefined,
        callParts: async () => undefined,
      },
      signal: new AbortController().signal,
      noteClaim: async () => ok(null),
      takeName: async () => ok({ fileName: `${asked.push('name')}.png` }),
    },
    { path: '/part', handle: null },
    null,
  )
  return { result, names: asked.length }
}

test('a name that somebody takes between the look and the rename is given up for the next', async () => {
  const stub = stubSftp()
  expect(await namingAfter(stub, 2)).toEqual({ result: storesAs('3.png'), names: 3 })
  expect([...stub.files.keys()].sort()).toEqual(['/1.png', '/2.png', '/3.png'])
})

test('[rename done and refused] after three names that were free a moment before, the NAS is said to give none', async () => {
  const stub = stubSftp()
  expect(await namingAfter(stub, Number.POSITIVE_INFINITY)).toEqual({ result: failsWith('rename-refused'), names: 3 })
  expect([...stub.files.keys()].sort()).toEqual(['/1.png', '/2.png', '/3.png'])
})
