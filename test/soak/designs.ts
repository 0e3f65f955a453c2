import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { mulberry32 } from '../../src/practice/drawing/mulberry32.ts'
import { digest } from '../support/differences.ts'
import { drawDesign, noiseDesign } from '../support/pictures.ts'

/** What one drop brings. */
export interface Wave {
  readonly folder: string
  /** Path of each file → SHA-256 of its bytes. */
  readonly digests: ReadonlyMap<string, string>
}

const TINY = 7
const MEDIUM = 2
const COPIES = 2
const MEDIUM_MB = 0.3
const LARGE_MB = [1.5, 2.5, 4] as const
/** Large enough that a cut upload is resumed; in one wave of four. */
const RESUMABLE_MB = 18

/** Draws waves of designs into `home`, the same for the same seed: tiny ones, some of 300 KB, one of a few MB, and exact
 *  copies of files of this wave and of earlier ones. */
export function createWaves(home: string, seed: number): { next(): Promise<Wave> } {
  const random = mulberry32(seed ^ 0x5eed)
  const dropped: (readonly [path: string, sha256: string])[] = []
  let waves = 0
  let drawn = 0

  const large = (megabytes: number): Promise<Buffer> => noiseDesign(megabytes, seed + ++drawn)
  const tiny = (): Promise<Buffer> => {
    const width = 120 + Math.floor(random() * 200)
    return drawDesign(seed * 100_000 + ++drawn, { width, height: Math.round(width * 1.2) })
  }

  return {
    async next() {
      const folder = join(home, `wave ${++waves}`)
      await mkdir(folder)
      const digests = new Map<string, string>()
      const add = async (name: string, bytes: Buffer): Promise<void> => {
        const path = join(folder, name)
        await writeFile(path, bytes)
        digests.set(path, digest(bytes))
      }
      for (let n = 1; n <= TINY; n++) await add(`tiny ${n}.png`, await tiny())
      for (let n = 1; n <= MEDIUM; n++) await add(`medium ${n}.png`, await large(MEDIUM_MB))
      await add('large.png', await large(LARGE_MB[Math.floor(random() * LARGE_MB.length)] ?? LARGE_MB[0]))
      if (waves % 4 === 2) await add('resumable.png', await large(RESUMABLE_MB))
      dropped.push(...digests)
      for (let n = 1; n <= COPIES; n++) {
        const [path, sha256] = dropped[Math.floor(random() * dropped.length)] ?? ['', '']
        const copy = join(folder, `copy ${n}.png`)
        await copyFile(path, copy)
        digests.set(copy, sha256)
      }
      return { folder, digests }
    },
  }
}
