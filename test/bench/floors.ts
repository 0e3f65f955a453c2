import { execFile, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Sshd } from '../support/sshd.ts'
import { timed } from './measure.ts'

const run = promisify(execFile)
const DECODE_CHILD = join(import.meta.dirname, 'decode-child.ts')

/** Milliseconds in which `processes` processes decode the files, shared out evenly. */
export async function bareDecodeMs(files: readonly string[], processes: number): Promise<number> {
  const shares = Array.from({ length: processes }, (_, k) => files.filter((_, i) => i % processes === k))
  const times = await Promise.all(
    shares.map(async (share) => Number((await run(process.execPath, [DECODE_CHILD, ...share])).stdout)),
  )
  return Math.max(...times)
}

export function isRcloneInstalled(): boolean {
  return spawnSync('rclone', ['version']).status === 0
}

/** Milliseconds in which rclone copies the folder to `remoteDir` on the NAS, without comparing what arrived. */
export function rcloneCopyMs(folder: string, sshd: Sshd, remoteDir: string): Promise<number> {
  const { host, port, user, identityFile } = sshd
  const login = ['--sftp-host', host, '--sftp-port', String(port), '--sftp-user', user, '--sftp-key-file', identityFile]
  const options = ['--transfers', '4', '--sftp-disable-hashcheck', '--config', '/dev/null', '--quiet']
  return timed(() => run('rclone', ['copy', ...options, ...login, folder, `:sftp:${remoteDir}`]))
}
