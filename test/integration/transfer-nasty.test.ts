import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { whyNot } from '../support/servers/server-kind.ts'
import { startParamiko } from '../support/servers/small-servers.ts'
import { makeUpload, sha256Of, startTransferWorker, storesAs } from '../support/transfer-worker.ts'

const why = whyNot({ programs: ['paramiko'], needs: 'nothing' })
const changes = { remoteDir: '/', verify: 'read-back' } as const

test.skipIf(why !== null).each([
  ['scans-new-files', 6, 'rename'],
  ['few-handles', 30, 'create'],
] as const)(
  '[file held for a moment] on a server that %s, all are stored, and what it does is learnt right',
  async (mode, files, naming) => {
    await using server = await startParamiko(mode)
    const { nas, hostKeyFingerprint: hostKey, root } = server
    await using worker = await startTransferWorker({ nas, hostKey, maxConnections: 2 })
    const names = Array.from({ length: files }, (_, n) => `f${n}`)
    const uploads = await Promise.all(names.map((name) => makeUpload(server, name, 20_000, changes)))
    const results = await Promise.all(uploads.map((upload) => worker.put(upload)))
    expect(results).toEqual(names.map((name) => storesAs(`${name}.png`)))
    expect(worker.learnt.map(({ facts }) => [facts.naming, facts.partNaming])).toEqual([[naming, 'hidden']])
    expect((await readdir(root)).sort()).toEqual(names.map((name) => `${name}.png`).sort())
    for (const { itemId, sha256 } of uploads) expect(await sha256Of(join(root, `${itemId}.png`))).toBe(sha256)
  },
)

test.skipIf(why !== null)(
  'a name that differs in its letters’ size alone is taken where that is one name',
  async () => {
    await using server = await startParamiko('locks-open-files')
    const { nas, hostKeyFingerprint: hostKey, root } = server
    await using worker = await startTransferWorker({ nas, hostKey, maxConnections: 2 }, ({ foreign }) =>
      foreign === undefined ? 'UV 1 X.png' : 'UV 2 X.png',
    )
    await writeFile(join(root, 'uv 1 x.png'), 'theirs')
    expect(await worker.put(await makeUpload(server, 'f', 20_000, changes))).toEqual(storesAs('UV 2 X.png'))
    expect((await readdir(root)).sort()).toEqual(['UV 2 X.png', 'uv 1 x.png'])
    expect(await readFile(join(root, 'uv 1 x.png'), 'utf8')).toBe('theirs')
  },
)
