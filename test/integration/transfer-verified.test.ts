import { open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { PutEvent } from '../../src/shared/worker/transfer.ts'
import { startChaosProxy } from '../support/chaos-proxy.ts'
import { startSshd } from '../support/sshd.ts'
import {
  accessTo,
  failsWith,
  makeUpload,
  startTransferWorker,
  storesAs,
  untilPartGrows,
} from '../support/transfer-worker.ts'

test.each([
  ['its bytes', 'read-back', 0],
  ['its size', 'size', 40_000_000],
  ['its checksum', 'remote-hash', 0],
] as const)(
  'a file that is not on the NAS as it was sent is told by %s, and sent again',
  async (_by, verify, position) => {
    await using sshd = await startSshd()
    await using proxy = await startChaosProxy(sshd)
    const access = accessTo(sshd, { through: proxy })
    await using worker = await startTransferWorker(access)
    const upload = await makeUpload(sshd, 'a', 20_000_000, { verify })
    proxy.chaos.delayMs = 50
    const first = worker.put(upload)
    await untilPartGrows(sshd.root)
    const part = await open(join(sshd.root, '.galley-a-1.part'), 'r+')
    await part.write('damage', position)
    await part.close()
    proxy.chaos.delayMs = 0
    expect(await first).toEqual(failsWith('verification-failed'))
    expect(await readdir(sshd.root)).toEqual([])
    expect(worker.names).toEqual([])
    expect(await worker.put({ ...upload, attempt: 2 })).toEqual(storesAs('a.png'))
  },
)

const SFTP_SERVER = '/usr/lib/openssh/sftp-server'

test.each([
  ['by its checksum where the NAS has a shell', 'remote-hash', []],
  ['by reading it back where the NAS has none', 'read-back', ['ForceCommand internal-sftp']],
  [
    'by reading it back where an SFTP server answers to every command',
    'read-back',
    [`Subsystem sftp ${SFTP_SERVER}`, `ForceCommand ${SFTP_SERVER}`],
  ],
])('a file in a folder with an odd name is verified %s, and it is said so', async (_how, verifiedBy, config) => {
  await using sshd = await startSshd({ config })
  await using worker = await startTransferWorker(accessTo(sshd))
  const remoteDir = join(sshd.root, `-n 'it's' "$(touch $HOME/ran)" \\ ; #`)
  const uploads = await Promise.all(
    ['a', 'b', 'c'].map((id) => makeUpload(sshd, id, 700_000, { verify: 'remote-hash', remoteDir })),
  )
  const stored = await Promise.all(uploads.map((upload) => worker.put(upload)))
  expect(stored).toMatchObject(uploads.map(({ itemId }) => ({ value: { fileName: `${itemId}.png`, verifiedBy } })))
})

test('where the NAS has a shell but no sha256sum, the bytes are read back', async () => {
  await using sshd = await startSshd({ config: ['SetEnv PATH=/nowhere'] })
  await using worker = await startTransferWorker(accessTo(sshd))
  const upload = await makeUpload(sshd, 'a', 700_000, { verify: 'remote-hash' })
  expect(await worker.put(upload)).toMatchObject({ value: { fileName: 'a.png', verifiedBy: 'read-back' } })
})

test('an upload is stopped while a command of the NAS does not end', async () => {
  const forced = `ForceCommand case "$SSH_ORIGINAL_COMMAND" in sha256sum*) sleep 300;; *) exec ${SFTP_SERVER};; esac`
  await using sshd = await startSshd({ config: [`Subsystem sftp ${SFTP_SERVER}`, forced] })
  await using worker = await startTransferWorker(accessTo(sshd))
  const upload = await makeUpload(sshd, 'a', 1000, { verify: 'remote-hash' })
  const stop = new AbortController()
  const onEvent = ({ kind }: PutEvent): void => {
    if (kind === 'verifying') stop.abort()
  }
  expect(await worker.put(upload, { signal: stop.signal, onEvent })).toEqual(failsWith('cancelled'))
})
