import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { extractAll, listPackage, statFile } from '@electron/asar'
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses'

/** What marks the fuses in Electron's binary: version 1, eight of them, each as Electron ships it. */
const FUSE_WIRE = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX\u0001\u000810110001'

/** The fuses that an installed Galley must have set; all others off. */
export const FUSES_ON: readonly string[] = [
  'EnableCookieEncryption',
  'EnableEmbeddedAsarIntegrityValidation',
  'OnlyLoadAppFromAsar',
]

export interface PackedApp {
  /** Paths in the archive, with `/`. */
  readonly files: readonly string[]
  /** Those of them that lie beside it. */
  readonly unpacked: readonly string[]
  /** The fuses that the packed binary has set. */
  readonly fusesOn: readonly string[]
  /** Writes everything to `folder`, as the installed app sees it. */
  extract(folder: string): void
}

/** Packs `project` for Linux on x64 as a release would, into `folder`. Electron's binary is a placeholder: what is packed
 *  around it is the same, and nothing has to be downloaded. */
export async function packLinux(project: string, folder: string): Promise<PackedApp> {
  const electronDist = join(folder, 'electron')
  mkdirSync(electronDist, { recursive: true })
  writeFileSync(join(electronDist, 'electron'), `placeholder ${FUSE_WIRE}`, { mode: 0o755 })

  const require = createRequire(import.meta.url)
  const builder = join(dirname(require.resolve('electron-builder/package.json')), 'cli.js')
  const { version } = require('electron/package.json') as { version: string }
  const settings = { electronDist, electronVersion: version, 'directories.output': join(folder, 'release') }
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [builder, '--linux', 'dir', '--x64', ...Object.entries(settings).map(([name, value]) => `-c.${name}=${value}`)],
    { cwd: project, encoding: 'utf8' },
  )
  if (status !== 0) throw new Error(`electron-builder ended with ${status}:\n${stdout}${stderr}`)

  const app = join(folder, 'release', 'linux-unpacked')
  const archive = join(app, 'resources', 'app.asar')
  const entries = listPackage(archive, { isPack: false })
    .map((path) => path.replaceAll('\\', '/').replace(/^\//, ''))
    .map((path) => ({ path, entry: statFile(archive, path) }))
    .filter(({ entry }) => !('files' in entry))
  return {
    files: entries.map(({ path }) => path),
    unpacked: entries.filter(({ entry }) => 'unpacked' in entry && entry.unpacked).map(({ path }) => path),
    fusesOn: await readFuses(join(app, 'galley')),
    extract: (target) => extractAll(archive, target),
  }
}

async function readFuses(binary: string): Promise<string[]> {
  const wire = await getCurrentFuseWire(binary)
  return Object.entries(wire)
    .filter(([index, state]) => FuseV1Options[Number(index)] !== undefined && state === '1'.charCodeAt(0))
    .map(([index]) => FuseV1Options[Number(index)] ?? index)
}
