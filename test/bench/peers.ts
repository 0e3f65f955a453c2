import { execFile, spawnSync } from 'node:child_process'
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Sshd } from '../support/sshd.ts'

const run = promisify(execFile)
const NO_QUESTIONS = ['StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null', 'BatchMode=yes', 'LogLevel=ERROR']
const SSH_OPTIONS = NO_QUESTIONS.flatMap((option) => ['-o', option])

/** A tool that people copy files to a NAS with. None of them syncs or compares what it copied. */
export interface Peer {
  readonly name: string
  /** Copies the files of a folder to `remoteDir`, which does not exist yet. */
  copy(folder: string, sshd: Sshd, remoteDir: string): Promise<unknown>
}

export const rclone: Peer = {
  name: 'rclone',
  copy(folder, { host, port, user, identityFile }, remoteDir) {
    const login = ['--sftp-host', host, '--sftp-port', `${port}`, '--sftp-user', user, '--sftp-key-file', identityFile]
    const options = ['--transfers', '4', '--sftp-disable-hashcheck', '--config', '/dev/null', '--quiet']
    return run('rclone', ['copy', ...options, ...login, folder, `:sftp:${remoteDir}`])
  },
}

const sftp: Peer = {
  name: 'sftp',
  async copy(folder, { host, port, user, identityFile, scratch }, remoteDir) {
    const files = await readdir(folder)
    const batch = join(scratch, '..', 'sftp-batch')
    const puts = files.map((file) => `put "${join(folder, file)}" "${join(remoteDir, file)}"`)
    await writeFile(batch, [`mkdir "${remoteDir}"`, ...puts, ''].join('\n'))
    await run('sftp', ['-q', '-b', batch, '-P', `${port}`, '-i', identityFile, ...SSH_OPTIONS, `${user}@${host}`], {
      maxBuffer: Number.POSITIVE_INFINITY,
    })
  },
}

const lftp: Peer = {
  name: 'lftp',
  copy(folder, { host, port, user, identityFile }, remoteDir) {
    const program = ['ssh', '-a', '-x', '-i', identityFile, ...SSH_OPTIONS].join(' ')
    const script = [
      'set cmd:fail-exit yes',
      `set sftp:connect-program "${program}"`,
      `open -u ${user}, -p ${port} sftp://${host}`,
      `mirror -R --parallel=4 "${folder}" "${remoteDir}"`,
    ]
    return run('lftp', ['--norc', '-c', script.join('; ')])
  },
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
