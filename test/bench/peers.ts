import { execFile, spawnSync } from 'node:child_process'
import { readdir, writeFile } from 'node:fs/promises'
import { join, posix } from 'node:path'
import { promisify } from 'node:util'
import type { Nas, SecretKind } from '../../src/shared/domain/shop.ts'

const run = promisify(execFile)
const PEER_MS = 120_000
const NO_QUESTIONS = ['StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null', 'LogLevel=ERROR']

/** A NAS as a tool signs in there. */
interface PeerTarget {
  readonly nas: Nas
  readonly secrets?: Partial<Record<SecretKind, string>>
  /** A folder of the test's own, for what a tool reads its commands from. */
  readonly scratch: string
}

/** A tool that people copy files to a NAS with. None of them syncs or compares what it copied. */
export interface Peer {
  readonly name: string
  /** Copies the files of a folder to `remoteDir`, which does not exist yet. */
  copy(folder: string, target: PeerTarget, remoteDir: string): Promise<unknown>
}

export const rclone: Peer = {
  name: 'rclone',
  async copy(folder, { nas, secrets }, remoteDir) {
    const password = secrets?.['nas-password']
    const login = [
      ...['--sftp-host', nas.host, '--sftp-port', `${nas.port}`, '--sftp-user', nas.user],
      ...(nas.identityFile === undefined ? [] : ['--sftp-key-file', nas.identityFile]),
      ...(password === undefined ? [] : ['--sftp-pass', (await run('rclone', ['obscure', password])).stdout.trim()]),
    ]
    const options = ['--transfers', '4', '--sftp-disable-hashcheck', '--config', '/dev/null', '--quiet']
    return run('rclone', ['copy', ...options, ...login, folder, `:sftp:${remoteDir}`], { timeout: PEER_MS })
  },
}

const sftp: Peer = {
  name: 'sftp',
  async copy(folder, target, remoteDir) {
    const { nas, scratch } = target
    const files = await readdir(folder)
    const batch = join(scratch, 'sftp-batch')
    const puts = files.map((file) => `put "${join(folder, file)}" "${posix.join(remoteDir, file)}"`)
    await writeFile(batch, [`mkdir "${remoteDir}"`, ...puts, ''].join('\n'))
    const options = [...sshOptions(target), '-q', '-b', batch, '-P', `${nas.port}`]
    await run('sftp', [...options, `${nas.user}@${nas.host}`], {
      maxBuffer: Number.POSITIVE_INFINITY,
      timeout: PEER_MS,
      env: await sshEnvironment(target),
    })
  },
}

const lftp: Peer = {
  name: 'lftp',
  async copy(folder, target, remoteDir) {
    const { nas } = target
    const program = ['ssh', '-a', '-x', ...sshOptions(target)].join(' ')
    const script = [
      'set cmd:fail-exit yes',
      'set net:max-retries 2',
      `set sftp:connect-program "${program}"`,
      `open -u ${nas.user}, -p ${nas.port} sftp://${nas.host}`,
      `mirror -R --parallel=4 "${folder}" "${remoteDir}"`,
    ]
    const env = await sshEnvironment(target)
    return run('lftp', ['--norc', '-c', script.join('; ')], { timeout: PEER_MS, env })
  },
}

/** A password goes by a program that ssh asks; without one it asks nobody. */
function sshOptions({ nas, secrets }: PeerTarget): string[] {
  const asks = secrets?.['nas-password'] !== undefined
  return [
    ...[...NO_QUESTIONS, `BatchMode=${asks ? 'no' : 'yes'}`].flatMap((option) => ['-o', option]),
    ...(nas.identityFile === undefined ? ['-o', 'PubkeyAuthentication=no'] : ['-i', nas.identityFile]),
  ]
}

async function sshEnvironment({ secrets, scratch }: PeerTarget): Promise<NodeJS.ProcessEnv> {
  const password = secrets?.['nas-password']
  if (password === undefined) return process.env
  const program = join(scratch, 'ask-password')
  await writeFile(program, `#!/bin/sh\nprintf '%s\\n' '${password}'\n`, { mode: 0o700 })
  return { ...process.env, SSH_ASKPASS: program, SSH_ASKPASS_REQUIRE: 'force' }
}

/** Those of the peers that are installed here. */
export function installedPeers(): readonly Peer[] {
  const probes = [
    { peer: rclone, probe: ['rclone', 'version'] },
    // sftp prints its usage and fails, where it is.
    { peer: sftp, probe: ['sftp', '-?'] },
    { peer: lftp, probe: ['lftp', '--version'] },
  ] as const
  return probes.filter(({ probe: [program, arg] }) => !spawnSync(program, [arg]).error).map(({ peer }) => peer)
}
