import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { startSshd } from '../support/sshd.ts'
import { accessTo, failsWith, makeUpload, startTransferWorker, storesAs } from '../support/transfer-worker.ts'

const run = promisify(execFile)

test('[wrong password] a wrong password is tried once, then holds all files without another try', async ({ skip }) => {
  // Both ways to give a password, as many a NAS offers them: either would count as a wrong try.
  await using sshd = await startSshd({ config: ['KbdInteractiveAuthentication yes', 'UsePAM yes'] })
  if (sshd.testUser === null) return skip('a user with a password needs root')
  const nas = { host: sshd.host, port: sshd.port, user: sshd.testUser.user, root: sshd.root }
  const access = { nas, password: 'wrong', hostKey: sshd.hostKeyFingerprint, maxConnections: 4 }
  await using worker = await startTransferWorker(access)
  const uploads = await Promise.all(['a', 'b', 'c', 'late'].map((id) => makeUpload(sshd, id, 1000)))
  const late = uploads.splice(3)
  const results = await Promise.all(uploads.map((upload) => worker.put(upload)))
  results.push(...(await Promise.all(late.map((upload) => worker.put(upload)))))
  for (const result of results) expect(result).toEqual(failsWith('needs-sign-in'))
  expect(sshd.log().match(/fail(?:ed|ure).* for /gi)).toHaveLength(1)
})

test.for([
  ['password', []],
  ['keyboard-interactive', ['PasswordAuthentication no', 'KbdInteractiveAuthentication yes', 'UsePAM yes']],
] as const)('the password signs in by %s', async ([, config], { skip }) => {
  await using sshd = await startSshd({ config })
  if (sshd.testUser === null) return skip('a user with a password needs root')
  const nas = { host: sshd.host, port: sshd.port, user: sshd.testUser.user, root: sshd.root }
  const access = { nas, password: sshd.testUser.password, hostKey: sshd.hostKeyFingerprint, maxConnections: 1 }
  await using worker = await startTransferWorker(access)
  expect(await worker.put(await makeUpload(sshd, 'a', 1000))).toEqual(storesAs('a.png'))
})

test('a key with a passphrase signs in; with a wrong one, or a missing file, it says so', async () => {
  await using sshd = await startSshd()
  await run('ssh-keygen', ['-q', '-p', '-P', '', '-N', 'open sesame', '-f', sshd.identityFile])
  await using worker = await startTransferWorker()
  const upload = await makeUpload(sshd, 'a', 1000)
  const putWith = async (passphrase: string, identityFile = sshd.identityFile): Promise<unknown> => {
    const access = accessTo(sshd, { nas: { ...sshd.nas, identityFile }, passphrase })
    await worker.peer.call('openNas', { nasId: 'nas', access })
    return worker.put(upload)
  }
  expect(await putWith('wrong')).toEqual(failsWith('key-locked', sshd.identityFile))
  expect(await putWith('open sesame', '/no/such/key')).toEqual(failsWith('key-unusable', '/no/such/key'))
  expect(await putWith('open sesame')).toEqual(storesAs('a.png'))
})

test('[host key changed] an unknown host key sends nothing and tells the fingerprint; a changed one stops', async () => {
  await using sshd = await startSshd()
  const { hostKey, ...unknown } = accessTo(sshd)
  await using worker = await startTransferWorker(unknown)
  const upload = await makeUpload(sshd, 'a', 1000)
  expect(await worker.put(upload)).toEqual(failsWith('host-key-unknown', sshd.hostKeyFingerprint))
  const other = `SHA256:${'A'.repeat(43)}`
  await worker.peer.call('openNas', { nasId: 'nas', access: { ...unknown, hostKey: other } })
  expect(await worker.put(upload)).toEqual(failsWith('host-key-changed', sshd.hostKeyFingerprint))
  expect(sshd.log()).not.toContain('Accepted')
  await worker.peer.call('openNas', { nasId: 'nas', access: { ...unknown, ...(hostKey && { hostKey }) } })
  expect(await worker.put(upload)).toEqual(storesAs('a.png'))
})
