import { once } from 'node:events'
import { readdir, readFile } from 'node:fs/promises'
import { join, posix } from 'node:path'
import { promisify } from 'node:util'
import { Client, type SFTPWrapper } from 'ssh2'
import { mulberry32 } from '../../src/practice/drawing/mulberry32.ts'
import { digest } from '../support/differences.ts'
import type { SoakNas } from './soak-nas.ts'

/** How far ahead of the last name, at most. */
const AHEAD = 6
/** So many names more are left to Galley where the NAS keeps none from two at the same moment: what is under way. */
const OUT_OF_REACH = 24
/** The NAS may be frozen. */
const PATIENCE_MS = 90_000

/** Somebody else at the same NAS, with a connection of their own, who stores files under names that Galley is coming to. */
export interface Colleague {
  /** Numbers that they have taken. */
  readonly numbers: readonly number[]
  /** Takes one more, unless Galley was faster. Nothing may cut their session meanwhile. */
  takeNumber(): Promise<void>
}

export interface ColleagueOptions {
  readonly server: Pick<SoakNas, 'nas' | 'password' | 'root' | 'naming'>
  /** The template's folder, below the root. */
  readonly folder: string
  readonly nameOf: (number: number) => string
  readonly seed: number
  /** Files that are not Galley's, with their SHA-256, by their path on this computer; theirs are added. */
  readonly foreign: Map<string, string>
}

export function createColleague({ server, folder, nameOf, seed, foreign }: ColleagueOptions): Colleague {
  const random = mulberry32(seed ^ 0xc011)
  const numbers: number[] = []
  const local = join(server.root, folder)
  return {
    numbers,
    async takeNumber() {
      const ours = (await readdir(local)).filter((name) => !foreign.has(join(local, name)))
      const last = Math.max(0, ...ours.map((name) => Number(/^UV (\d+) /.exec(name)?.[1] ?? 0)))
      const reach = server.naming === 'collides' ? OUT_OF_REACH : 0
      const number = last + reach + 1 + Math.floor(random() * AHEAD)
      const name = nameOf(number)
      if (foreign.has(join(local, name))) return
      const bytes = Buffer.from(`not Galley's: ${name} ${'.'.repeat(random() * 1000)}`)
      // Before it can be seen.
      foreign.set(join(local, name), digest(bytes))
      const isStored = await storeNew(server, posix.join(server.nas.root, folder, name), bytes)
      if (isStored) numbers.push(number)
      else foreign.delete(join(local, name))
    },
  }
}

/** False when the name was taken. */
async function storeNew({ nas, password }: ColleagueOptions['server'], path: string, bytes: Buffer): Promise<boolean> {
  const { host, port, user: username, identityFile } = nas
  const client = new Client()
  client.on('error', () => undefined)
  const secret =
    identityFile === undefined ? { password: password ?? '' } : { privateKey: await readFile(identityFile) }
  client.connect({ host, port, username, readyTimeout: PATIENCE_MS, ...secret })
  try {
    await once(client, 'ready')
    const sftp: SFTPWrapper = await promisify(client.sftp.bind(client))()
    const handle = await promisify<string, 'wx', Buffer>(sftp.open.bind(sftp))(path, 'wx').catch(() => null)
    if (handle === null) return false
    await promisify(sftp.write.bind(sftp))(handle, bytes, 0, bytes.length, 0)
    await promisify(sftp.close.bind(sftp))(handle)
    return true
  } finally {
    client.end()
  }
}
