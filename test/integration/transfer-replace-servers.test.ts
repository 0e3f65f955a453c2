import { chown, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ok } from '../../src/shared/domain/result.ts'
import { serverKind } from '../support/servers/kinds.ts'
import { whyNot } from '../support/servers/server-kind.ts'
import { failsWith, makeUpload, sha256Of, startTransferWorker, storesAs } from '../support/transfer-worker.ts'

const OLD = Buffer.from('the design that is replaced')
// Of its size, which rclone remembers.
const THEIRS = Buffer.alloc(OLD.length, 'x')
const NAME = 'a.png'
const KINDS = ['proftpd-default', 'proftpd-hidden', 'mysecureshell', 'rclone', 'paramiko-locks', 'asyncssh', 'dropbear']

test.for(KINDS)(
  '[server that only says it links] on %s a replaced file is kept and comes back, and no other goes for it',
  async (name, context) => {
    const kind = serverKind(name)
    const reason = whyNot(kind)
    if (reason !== null) context.skip(reason)
    await using server = await kind.start()
    const { nas, secrets, root, hostKeyFingerprint: hostKey } = server
    const path = join(root, NAME)
    const [{ uid, gid }] = await Promise.all([stat(root), writeFile(path, OLD)])
    await chown(path, uid, gid)
    const replaces = await sha256Of(path)
    const password = secrets['nas-password']
    const access = { nas, hostKey, maxConnections: 2, ...(password === undefined ? {} : { password }) }
    await using worker = await startTransferWorker(access, () => ({ fileName: NAME, replaces }))
    const changes = { remoteDir: nas.root, verify: 'read-back', replaces: { fileName: NAME } } as const
    const upload = await makeUpload(server, 'new', 400_000, changes)
    const put = await worker.put(upload)
    expect(put).toEqual(storesAs(NAME))
    expect(await sha256Of(path)).toBe(upload.sha256)
    expect(await readFile(join(root, '.galley-new.old'))).toEqual(OLD)

    const { sha256: newSha256 } = upload
    const place = { nasId: 'nas', itemId: 'new', remoteDir: nas.root, fileName: NAME, keptPath: null }
    const back = { ...place, newSha256, oldSha256: replaces }
    expect(await worker.peer.call('takeBack', back)).toEqual(ok(null))
    expect(await worker.peer.call('takeBack', back)).toEqual(ok(null))
    expect(await readdir(root)).toEqual([NAME])
    expect(await readFile(path)).toEqual(OLD)

    // What a colleague put there meanwhile is neither replaced nor moved.
    await writeFile(path, THEIRS)
    expect(await worker.put(await makeUpload(server, 'newer', 1000, changes))).toEqual(failsWith('design-altered'))
    expect(await worker.peer.call('takeBack', back)).toEqual(failsWith('design-altered'))
    expect(await readdir(root)).toEqual([NAME])
    expect(await readFile(path)).toEqual(THEIRS)
  },
)
