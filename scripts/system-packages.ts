import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Installs what the tests use and the computer lacks, where that is allowed: as root on Debian or Ubuntu. Elsewhere a
 *  line says what is missing; the tests that need it are skipped, and say so. */
export function installSystemPackages(): void {
  if (process.platform !== 'linux') return
  const missing = listed()
    .filter(({ file }) => !existsSync(file))
    .map(({ name }) => name)
  if (missing.length === 0) return
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
    console.log(`Some tests need what is not installed here: ${missing.join(' ')}`)
    return
  }
  console.log(`Installing ${missing.join(' ')} ...`)
  apt('update')
  if (!apt('install', '--no-install-recommends', ...missing)) console.log('apt-get could not install all of them.')
}

interface SystemPackage {
  readonly name: string
  readonly file: string
}

function listed(): SystemPackage[] {
  return readFileSync(join(import.meta.dirname, 'system-packages.txt'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [name = '', file = ''] = line.split(/\s+/)
      return { name, file }
    })
}

function apt(...args: string[]): boolean {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  return spawnSync('apt-get', ['-y', '-qq', ...args], { stdio: ['ignore', 'ignore', 'inherit'], env }).status === 0
}
