import { createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import sharp, { type Sharp } from 'sharp'
import type { FailureCode } from '../shared/domain/failure.ts'
import { drawDesign } from './draw-design.ts'

/** What must become of a sample, known from how it was made and not from what Galley finds. */
type SampleFate =
  | { readonly kind: 'stored' }
  /** The same bytes as `of`. */
  | { readonly kind: 'duplicate'; readonly of: string }
  /** The same artwork as `of` in another file: held for review. */
  | { readonly kind: 'similar'; readonly of: string }
  | { readonly kind: 'failed'; readonly code: FailureCode }

export interface Sample {
  /** Path below the samples' folder, with `/`. */
  readonly file: string
  readonly sizeBytes: number
  readonly sha256: string
  readonly fate: SampleFate
}

export interface SampleSet {
  /** What is dropped: the samples and nothing else. */
  readonly folder: string
  /** The samples in order of their paths; also written as JSON to `manifestPath`. */
  readonly samples: readonly Sample[]
  readonly manifestPath: string
}

const DISTINCT = 24
/** Print sizes in pixels, taken in turn. */
const SIZES = [
  { width: 1200, height: 1400 },
  { width: 2400, height: 2800 },
  { width: 1800, height: 1800 },
  { width: 2800, height: 1268 },
  { width: 1500, height: 2100 },
  { width: 2400, height: 2400 },
] as const
const FIRST_SIZE = SIZES[0]

interface Recipe {
  readonly file: string
  readonly fate: SampleFate
  make(): Promise<Buffer>
}

/** Makes the sample designs: the same bytes each time, below `folder`/designs, with `folder`/manifest.json beside. What
 *  resembles another design lies in a folder that comes after it in order of name. */
export async function makeSamples(folder: string): Promise<SampleSet> {
  const designs = join(folder, 'designs')
  const manifestPath = join(folder, 'manifest.json')
  const samples: Sample[] = []
  for (const { file, fate, make } of recipes()) {
    const bytes = await make()
    const path = join(designs, ...file.split('/'))
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, bytes)
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    samples.push({ file, sizeBytes: bytes.length, sha256, fate })
  }
  await writeFile(manifestPath, `${JSON.stringify(samples, null, 2)}\n`)
  return { folder: designs, samples, manifestPath }
}

function recipes(): Recipe[] {
  const distinct = Array.from({ length: DISTINCT }, (_, index): Recipe => {
    return { file: designName(index + 1), fate: { kind: 'stored' }, make: () => design(index + 1) }
  })
  const duplicate = (number: number, file: string): Recipe => {
    return { file, fate: { kind: 'duplicate', of: designName(number) }, make: () => design(number) }
  }
  const similar = (number: number, file: string, edit: (picture: Sharp) => Sharp): Recipe => {
    const make = async () => edit(sharp(await design(number))).toBuffer()
    return { file, fate: { kind: 'similar', of: designName(number) }, make }
  }
  const failed = (file: string, code: FailureCode, make: () => Promise<Buffer>): Recipe => {
    return { file, fate: { kind: 'failed', code }, make }
  }
  return [
    failed('broken/cut short.png', 'damaged-image', async () => {
      const whole = await design(DISTINCT + 1)
      return whole.subarray(0, Math.floor(whole.length / 2))
    }),
    failed('broken/notes.png', 'unsupported-format', async () => Buffer.from('Ask for the logo as PNG.\n')),
    ...distinct,
    duplicate(3, 'from the phone/design 03 again.png'),
    duplicate(12, 'from the phone/design 12 again.png'),
    similar(5, 'from the phone/design 05 for the web.webp', (picture) =>
      picture.resize({ width: 800 }).webp({ quality: 80 }),
    ),
    // Without transparency the margin would be part of the picture: it goes first.
    similar(8, 'from the phone/design 08 preview.jpg', (picture) =>
      picture.trim().flatten({ background: '#ffffff' }).jpeg({ quality: 70 }),
    ),
  ]
}

function designName(number: number): string {
  return `design ${String(number).padStart(2, '0')}.png`
}

function design(number: number): Promise<Buffer> {
  return drawDesign(number, SIZES[number % SIZES.length] ?? FIRST_SIZE)
}
