import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { startSshd } from '../support/sshd.ts'
import { accessTo, failsWith, makeUpload, startTransferWorker, storesAs } from '../support/transfer-worker.ts'

const run = promisify(execFile)

async function makeFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'galley-host-keys-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) }
}

test.for([
  ...['aes128-ctr', 'aes192-ctr', 'aes256-ctr', 'chacha20-poly1305@openssh.com'].map((name) => `Ciphers ${name}`),
  'KexAlgorithms diffie-hellman-group-exchange-sha256',
  'HostKeyAlgorithms rsa-sha2-512',
  'HostKeyAlgorithms ssh-rsa',
])('a NAS that has only this is used: %s', async (line) => {
  await using folder = await makeFolder()
  const path = join(folder.path, 'rsa')
  await run('ssh-keygen', ['-q', '-t', 'rsa', '-N', '', '-f', path])
  const isRsa = line.startsWith('HostKeyAlgorithms')
  await using sshd = await startSshd({ config: isRsa ? [line, `HostKey ${path}`] : [line] })
  const { stdout } = await run('ssh-keygen', ['-lf', path])
  await using worker = await startTransferWorker(accessTo(sshd, isRsa ? { hostKey: stdout.split(' ')[1] ?? '' } : {}))
  expect(await worker.put(await makeUpload(sshd, 'a', 1000))).toEqual(storesAs('a.png'))
})

test.for([
  [
    'KexAlgorithms sntrup761x25519-sha512@openssh.com',
    'key exchange: the NAS offers sntrup761x25519-sha512@openssh.com; Galley',
  ],
  ['Ciphers aes128-cbc,3des-cbc', 'cipher: the NAS offers aes128-cbc, 3des-cbc; Galley takes aes128-gcm'],
  ['MACs umac-64@openssh.com\nCiphers aes128-ctr', 'MAC: the NAS offers umac-64'],
  ['KexAlgorithms diffie-hellman-group1-sha1', 'key exchange: the NAS offers diffie-hellman-group1-sha1'],
] as const)('[no algorithm in common] is told with what both sides have: %s', async ([line, words]) => {
  await using sshd = await startSshd({ config: line.split('\n') })
  await using worker = await startTransferWorker(accessTo(sshd))
  const result = await worker.put(await makeUpload(sshd, 'a', 1000))
  expect(result).toEqual(failsWith('no-common-algorithm', words))
})

test.for(['diffie-hellman-group14-sha1', 'diffie-hellman-group-exchange-sha1'])(
  '[no algorithm in common] %s is used where the shop allows old ones, and offered as a choice where not',
  async (name) => {
    await using sshd = await startSshd({ config: [`KexAlgorithms ${name}`] })
    await using worker = await startTransferWorker(accessTo(sshd))
    const upload = await makeUpload(sshd, 'a', 1000)
    expect(await worker.put(upload)).toEqual(failsWith('old-algorithms-only', name))
    const access = accessTo(sshd, { nas: { ...sshd.nas, oldAlgorithms: true } })
    await worker.peer.call('openNas', { nasId: 'nas', access })
    expect(await worker.put(upload)).toEqual(storesAs('a.png'))
  },
)

test('[no algorithm in common] a NAS that has certificates only for host keys', async () => {
  await using keys = await makeFolder()
  const [authority, host] = [join(keys.path, 'authority'), join(keys.path, 'host')]
  for (const path of [authority, host]) await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', path])
  await run('ssh-keygen', ['-q', '-s', authority, '-h', '-I', 'nas', '-n', '127.0.0.1', `${host}.pub`])
  const certificate = `HostCertificate ${host}-cert.pub`
  const config = [`HostKey ${host}`, certificate, 'HostKeyAlgorithms ssh-ed25519-cert-v01@openssh.com']
  await using sshd = await startSshd({ config })
  await using worker = await startTransferWorker(accessTo(sshd))
  const result = await worker.put(await makeUpload(sshd, 'a', 1000))
  expect(result).toEqual(
    failsWith('no-common-algorithm', 'host key algorithm: the NAS offers ssh-ed25519-cert-v01@openssh.com'),
  )
})
