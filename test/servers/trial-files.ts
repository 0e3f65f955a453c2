import { copyFile, mkdir, stat, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import sharp from 'sharp'
import { drawDesign } from '../../src/practice/draw-design.ts'
import { writeLargeDesign } from '../support/real-designs.ts'

const SIZE = { width: 300, height: 350 }

/** What is sent to every server, made once. */
export interface TrialFiles {
  readonly small: readonly string[]
  readonly large: string
  readonly largeBytes: number
  /** One of the small ones, and the same artwork a little brighter. */
  readonly original: string
  readonly edited: string
  /** What two workstations drop at once. */
  readonly halves: readonly [readonly string[], readonly string[]]
  readonly all: readonly string[]
  /** A folder with some of the small ones and the large one, for other clients. */
  readonly forPeers: string
}

export async function makeTrialFiles(home: string): Promise<TrialFiles> {
  const write = async (folder: string, first: number, count: number): Promise<string[]> => {
    const paths: string[] = []
    await mkdir(join(home, folder))
    for (let seed = first; seed < first + count; seed++) {
      const path = join(home, folder, `design ${seed}.png`)
      await writeFile(path, await drawDesign(seed, SIZE))
      paths.push(path)
    }
    return paths
  }
  const small = await write('small', 1, 60)
  const halves = [await write('ana', 100, 24), await write('ben', 200, 24)] as const
  const large = await writeLargeDesign(join(home, 'large.png'), 60)
  const [original = ''] = small
  const edited = join(home, 'edited.png')
  await writeFile(edited, await sharp(original).modulate({ brightness: 1.04 }).png().toBuffer())
  const forPeers = join(home, 'for peers')
  await mkdir(forPeers)
  for (const path of [...small.slice(0, 8), large]) await copyFile(path, join(forPeers, basename(path)))
  return {
    small,
    large,
    largeBytes: (await stat(large)).size,
    original,
    edited,
    halves,
    all: [...small, large, edited, ...halves.flat()],
    forPeers,
  }
}
