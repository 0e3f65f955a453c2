import type { Stats } from 'node:fs'
import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Attributes, NameEntry } from './packets.ts'

const MAX_UINT32 = 2 ** 32 - 1

/** The names in a folder with what they are. What goes away meanwhile is left out. */
export async function listFolder(folder: string): Promise<NameEntry[]> {
  const names = ['.', '..', ...(await readdir(folder))]
  const entries = await Promise.all(
    names.map(async (name) => {
      // The parent of the served folder is none of a client's business: `..` looks like the folder itself.
      const stats = await lstat(name === '..' ? folder : join(folder, name)).catch(() => null)
      return stats === null ? [] : [entryOf(name, stats)]
    }),
  )
  return entries.flat()
}

export function attributesOf(stats: Stats): Attributes {
  return {
    size: stats.size,
    uidGid: [stats.uid, stats.gid],
    permissions: stats.mode,
    times: [seconds(stats.atimeMs), seconds(stats.mtimeMs)],
  }
}

function entryOf(name: string, stats: Stats): NameEntry {
  const letters = [...'rwxrwxrwx'].map((letter, bit) => ((stats.mode >> (8 - bit)) & 1 ? letter : '-')).join('')
  const kind = stats.isDirectory() ? 'd' : stats.isSymbolicLink() ? 'l' : '-'
  const modified = stats.mtime.toISOString().slice(0, 16).replace('T', ' ')
  const longName = `${kind}${letters} ${stats.nlink} ${stats.uid} ${stats.gid} ${stats.size} ${modified} ${name}`
  return { name, longName, attributes: attributesOf(stats) }
}

/** Version 3 has 32 bits for a time. */
function seconds(ms: number): number {
  return Math.min(Math.max(Math.floor(ms / 1000), 0), MAX_UINT32)
}
