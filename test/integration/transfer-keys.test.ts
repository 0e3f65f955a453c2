import { execFile, spawn } from 'node:child_process'
import { appendFile, mkdir, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test, vi } from 'vitest'
import { endingWithTest } from '../support/processes.ts'
import { type Sshd, startSshd } from '../support/sshd.ts'
import { accessTo, failsWith, makeUpload, startTransferWorker, storesAs } from '../support/transfer-worker.ts'

const run = promisify(execFile)

async function makeKey(path: string, ...args: readonly string[]): Promise<string> {
  await run('ssh-keygen', ['-q', '-N', '', '-f', path, ...args])
  return path
}

/** An ssh-agent with these keys; ended with the test. */
async function startAgent(
  sshd: Sshd,
  keys: readonly string[],
): Promise<{ path: string; add(...args: string[]): Promise<unknown> } & Disposable> {
  const path = join(sshd.scratch, 'agent.sock')
  const [program, ...args] = endingWithTest('ssh-agent', '-D', '-a', path)
  const agent = spawn(program, args, { stdio: 'ignore' })
  const env = { ...process.env, SSH_AUTH_SOCK: path }
  const add = (...what: string[]): Promise<unknown> => run('ssh-add', ['-q', ...what], { env })
  await vi.waitFor(() => add(...keys))
  return { path, add, [Symbol.dispose]: () => void agent.kill('SIGKILL') }
}

test('[key in an agent] the keys of an ssh-agent sign in, in order, five of them at most', async () => {
  await using sshd = await startSshd()
  const strangers = await Promise.all([1, 2, 3, 4, 5].map((n) => makeKey(join(sshd.scratch, `stranger-${n}`))))
  using agent = await startAgent(sshd, [...strangers.slice(1), sshd.identityFile])
  const { identityFile, ...noKey } = sshd.nas
  const nas = { ...noKey, useAgent: true } as const
  const access = { ...accessTo(sshd), nas, agentPath: agent.path }
  await using worker = await startTransferWorker(access)
  expect(await worker.put(await makeUpload(sshd, 'a', 1000))).toEqual(storesAs('a.png'))

  await agent.add('-D')
  await agent.add(...strangers, sshd.identityFile)
  await worker.peer.call('openNas', { nasId: 'nas', access: { ...access, maxConnections: 1 } })
  expect(await worker.put(await makeUpload(sshd, 'b', 1000))).toEqual(failsWith('needs-sign-in', 'it takes a key'))
  expect(sshd.log().match(/Failed publickey/g)?.length ?? 0).toBeLessThanOrEqual(4 + 5)

  await agent.add('-D')
  await worker.peer.call('openNas', { nasId: 'nas', access })
  expect(await worker.put(await makeUpload(sshd, 'c', 1000))).toEqual(failsWith('key-unusable', 'ssh-add'))
  await worker.peer.call('openNas', { nasId: 'nas', access: { ...access, agentPath: '/no/agent' } })
  expect(await worker.put(await makeUpload(sshd, 'd', 1000))).toEqual(failsWith('key-unusable', '/no/agent'))
  await worker.peer.call('openNas', { nasId: 'nas', access: { ...access, nas: noKey, agentPath: '/no/agent' } })
  expect(await worker.put(await makeUpload(sshd, 'e', 1000))).toEqual(failsWith('needs-sign-in', 'no password'))
})

test.for(['key', 'agent'] as const)(
  '[key and password] a NAS that wants the password too, after the %s, gets both, or the words say what is missing',
  async (by, { skip }) => {
    await using sshd = await startSshd({ config: ['AuthenticationMethods publickey,password'] })
    if (sshd.testUser === null) return skip('a user with a password needs root')
    const { user, password } = sshd.testUser
    using agent = await startAgent(sshd, [sshd.identityFile])
    const { identityFile, ...nas } = { ...sshd.nas, user }
    const signIn =
      by === 'agent' ? { nas, agentPath: agent.path } : { nas: { ...nas, identityFile: sshd.identityFile } }
    await using worker = await startTransferWorker({ ...accessTo(sshd), ...signIn })
    const alone = await worker.put(await makeUpload(sshd, 'a', 1000))
    expect(alone).toEqual(failsWith('needs-sign-in', 'wants a password too'))
    await worker.peer.call('openNas', { nasId: 'nas', access: { ...accessTo(sshd), ...signIn, password } })
    expect(await worker.put(await makeUpload(sshd, 'b', 1000))).toEqual(storesAs('b.png'))
  },
)

test.for(['ed25519', 'ecdsa', 'rsa'])(
  '[certificate beside the key] an %s key signs in with its certificate',
  async (type) => {
    await using cleanup = new AsyncDisposableStack()
    const home = await mkdtemp(join(tmpdir(), 'galley-ca-'))
    cleanup.defer(() => rm(home, { recursive: true }))
    const ca = await makeKey(join(home, 'ca'))
    const identityFile = await makeKey(join(home, 'key'), '-t', type)
    await using sshd = await startSshd({ config: [`TrustedUserCAKeys ${ca}.pub`, 'AuthorizedKeysFile none'] })
    await using worker = await startTransferWorker(accessTo(sshd, { nas: { ...sshd.nas, identityFile } }))
    const without = await worker.put(await makeUpload(sshd, 'a', 1000))
    expect(without).toEqual(failsWith('needs-sign-in', 'it takes a key'))

    await run('ssh-keygen', ['-q', '-s', ca, '-I', 'test', '-n', sshd.user, '-V', '+1h', `${identityFile}.pub`])
    const access = accessTo(sshd, { nas: { ...sshd.nas, identityFile }, maxConnections: 1 })
    await worker.peer.call('openNas', { nasId: 'nas', access })
    expect(await worker.put(await makeUpload(sshd, 'b', 1000))).toEqual(storesAs('b.png'))
    expect(sshd.log()).toContain('-CERT')
  },
)

test('a key signs in although a certificate lies beside it that the NAS does not trust', async () => {
  await using sshd = await startSshd()
  const ca = await makeKey(join(sshd.scratch, 'ca'))
  await run('ssh-keygen', ['-q', '-s', ca, '-I', 'test', '-n', 'nobody', `${sshd.identityFile}.pub`])
  await using worker = await startTransferWorker(accessTo(sshd))
  expect(await worker.put(await makeUpload(sshd, 'a', 1000))).toEqual(storesAs('a.png'))
})

test('[RSA by SHA-512 only] an RSA key signs in where nothing but rsa-sha2-512 is taken', async () => {
  await using sshd = await startSshd({ config: ['PubkeyAcceptedAlgorithms rsa-sha2-512'] })
  const identityFile = await makeKey(join(sshd.scratch, 'rsa'), '-t', 'rsa')
  await appendFile(`${sshd.identityFile}.pub`, await readFile(`${identityFile}.pub`))
  await using worker = await startTransferWorker(accessTo(sshd, { nas: { ...sshd.nas, identityFile } }))
  expect(await worker.put(await makeUpload(sshd, 'a', 1000))).toEqual(storesAs('a.png'))
})

test('[key that cannot be used] a key that cannot be read, or is none, is told as that, and the NAS is not asked', async () => {
  await using sshd = await startSshd()
  const at = (name: string): string => join(sshd.scratch, name)
  await run('mkfifo', [at('pipe')])
  await mkdir(at('folder'))
  await writeFile(at('huge'), '')
  await truncate(at('huge'), 5e9)
  const socket = createServer().listen(at('socket'))
  await using worker = await startTransferWorker()
  const upload = await makeUpload(sshd, 'a', 1000)
  const says = async (identityFile: string, words: string): Promise<void> => {
    await worker.peer.call('openNas', { nasId: 'nas', access: accessTo(sshd, { nas: { ...sshd.nas, identityFile } }) })
    expect(await worker.put(upload)).toEqual(failsWith('key-unusable', words))
  }
  await says(at('pipe'), 'not a file')
  await says('/dev/zero', 'not a file')
  await says(at('folder'), 'not a file')
  await says(at('socket'), at('socket'))
  await says(at('huge'), 'too large')
  await says(at('none'), at('none'))
  await says(`${sshd.identityFile}.pub`, 'public half')
  socket.close()
  expect(sshd.log()).not.toContain('Connection from')
})

test('[key with a passphrase] a password given for a locked key opens it, and no server sees it', async ({ skip }) => {
  await using sshd = await startSshd({ config: ['LogLevel DEBUG1'] })
  if (sshd.testUser === null) return skip('a user with a password needs root')
  const phrase = 'five words of a phrase'
  const identityFile = await makeKey(join(sshd.scratch, 'stranger'))
  await run('ssh-keygen', ['-q', '-p', '-P', '', '-N', phrase, '-f', sshd.identityFile])
  await run('ssh-keygen', ['-q', '-p', '-P', '', '-N', phrase, '-f', identityFile])
  await using worker = await startTransferWorker(accessTo(sshd, { password: phrase }))
  expect(await worker.put(await makeUpload(sshd, 'a', 1000))).toEqual(storesAs('a.png'))
  // A key that is not let in must not be followed by its passphrase.
  const access = accessTo(sshd, { nas: { ...sshd.nas, identityFile }, password: phrase })
  await worker.peer.call('openNas', { nasId: 'nas', access })
  expect(await worker.put(await makeUpload(sshd, 'b', 1000))).toEqual(failsWith('needs-sign-in', 'the key refused'))
  expect(sshd.log()).not.toMatch(/method password|Failed password/)
})
