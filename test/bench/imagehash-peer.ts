import { spawn, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { Matte } from '../../src/shared/domain/picture.ts'
import type { Use } from './floors.ts'

const PROGRAM = join(import.meta.dirname, 'imagehash-peer.py')
/** Debian's own is not always the first on the path. */
const PYTHONS = ['python3', '/usr/bin/python3']

export const KINDS = ['phash', 'ahash', 'dhash', 'whash'] as const
export type Kind = (typeof KINDS)[number]

/** A file, and the ground that Galley found for it. */
export type PeerFile = readonly [path: string, matte: Matte]

export interface Hashed extends Use {
  readonly peakBytes: number
  /** Of imagehash; null where its hashes are those that reference.py writes out. */
  readonly version: string | null
  /** As 16 hex digits, in the order of the files. */
  readonly hashes: readonly Readonly<Record<Kind, string>>[]
}

export interface Imagehash {
  hash(files: readonly PeerFile[]): Promise<Hashed>
}

/** Python with what imagehash is made of; null where it is not installed. */
export function findImagehash(): Imagehash | null {
  const python = PYTHONS.find((name) => spawnSync(name, ['-c', 'import PIL, numpy, scipy, pywt']).status === 0)
  if (python === undefined) return null
  return {
    async hash(files) {
      const child = spawn(python, [PROGRAM], { stdio: ['pipe', 'pipe', 'inherit'] })
      child.stdin.end(JSON.stringify(files))
      return JSON.parse(await text(child.stdout)) as Hashed
    },
  }
}
