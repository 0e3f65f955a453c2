import { execFile } from 'node:child_process'
import { symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const ROOT = join(import.meta.dirname, '../..')

/** The program as it was at a commit, in a new folder, with the packages of this one. */
export async function cloneAt(commit: string, folder: string): Promise<string> {
  const git = async (...args: string[]): Promise<string> => (await run('git', args)).stdout.trim()
  const hash = await git('-C', ROOT, 'rev-parse', '--verify', `${commit}^{commit}`)
  await git('clone', '--quiet', '--no-checkout', ROOT, folder)
  await git('-C', folder, 'checkout', '--quiet', '--detach', hash)
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
  return folder
}
