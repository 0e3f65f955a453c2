import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startSshd } from '../support/sshd.ts'
import { accessTo, makeUpload, sha256Of, startTransferWorker, storesAs } from '../support/transfer-worker.ts'

test.each([
  ['an empty file', 0, 'size'],
  ['one byte', 1, 'read-back'],
  ['exactly one write', 255 * 1024, 'read-back'],
  ['a byte more than one write', 255 * 1024 + 1, 'size'],
  ['9 MB, more than the window', 9_000_001, 'read-back'],
] as const)(
  '[folder missing] %s arrives byte for byte, in a folder that was missing, and leaves nothing else',
  async (_name, size, verify) => {
    await using sshd = await startSshd()
    await using worker = await startTransferWorker(accessTo(sshd))
    const remoteDir = join(sshd.root, 'my shop', 'Ü 16oz')
    const request = await makeUpload(sshd, 'a', size, { remoteDir, verify })

    expect(await worker.put(request)).toEqual({
      ok: true,
      value: {
        fileName: 'a.png',
        remotePath: join(remoteDir, 'a.png'),
        sizeBytes: size,
        verifiedBy: verify,
        durable: true,
        mayCollide: false,
        keptPath: null,
      },
    })
    expect(await readdir(remoteDir)).toEqual(['a.png'])
    expect(await sha256Of(join(remoteDir, 'a.png'))).toBe(request.sha256)
  },
)

test('several hundred small files arrive, and nobody ever sees a part of one under a final name', async () => {
  await using sshd = await startSshd()
  await using worker = await startTransferWorker(accessTo(sshd))
  const folder = join(sshd.root, 'shop')
  const sizeOf = new Map<string, number>()
  const ids = Array.from({ length: 400 }, (_, n) => `f${n}`)
  const uploads = await Promise.all(
    ids.map((id, n) => {
      const sizeBytes = n % 20 === 0 ? 1_500_000 : 20_000 + n
      sizeOf.set(`${id}.png`, sizeBytes)
      return makeUpload(sshd, id, sizeBytes, { remoteDir: folder })
    }),
  )
  let over = false
  const partial: string[] = []
  const observe = async (): Promise<void> => {
    while (!over) {
      for (const name of await readdir(folder).catch(() => [])) {
        if (name.endsWith('.part')) continue
        const { length } = await readFile(join(folder, name))
        if (length !== sizeOf.get(name)) partial.push(`${name}: ${length}`)
      }
    }
  }
  const observing = observe()
  const results = await Promise.all(uploads.map((upload) => worker.put(upload)))
  over = true
  await observing
  for (const [n, result] of results.entries()) expect(result).toEqual(storesAs(`f${n}.png`))
  expect(partial).toEqual([])
  expect((await readdir(folder)).sort()).toEqual([...sizeOf.keys()].sort())
  for (const { itemId, sha256: expected } of uploads)
    expect(await sha256Of(join(folder, `${itemId}.png`))).toBe(expected)
})
