import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startSshd } from '../support/sshd.ts'
import { accessTo, makeUpload, startTransferWorker } from '../support/transfer-worker.ts'

const sha256 = async (path: string): Promise<string> =>
  createHash('sha256')
    .update(await readFile(path))
    .digest('hex')

test.each([
  ['an empty file', 0, 'size'],
  ['one byte', 1, 'read-back'],
  ['exactly one write', 255 * 1024, 'read-back'],
  ['a byte more than one write', 255 * 1024 + 1, 'size'],
  ['9 MB, more than the window', 9_000_001, 'read-back'],
] as const)(
  '%s arrives byte for byte, in a folder that was missing, and leaves nothing else',
  async (_name, size, verify) => {
    await using sshd = await startSshd()
    await using worker = await startTransferWorker()
    await worker.peer.call('openNas', { nasId: 'nas', access: accessTo(sshd) })
    const remoteDir = join(sshd.root, 'my shop', 'Ü 16oz')
    const request = await makeUpload(join(sshd.root, '..', 'source'), 'a', size, remoteDir, { verify })

    expect(await worker.put(request)).toEqual({
      ok: true,
      value: {
        fileName: 'a.png',
        remotePath: join(remoteDir, 'a.png'),
        sizeBytes: size,
        verifiedBy: verify,
        durable: true,
      },
    })
    expect(await readdir(remoteDir)).toEqual(['a.png'])
    expect(await sha256(join(remoteDir, 'a.png'))).toBe(request.sha256)
  },
)
