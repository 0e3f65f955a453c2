import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { decodeDesign } from '../../src/mockups/design.ts'
import { createMockupKernels } from '../../src/mockups/mockup-kernels.ts'
import { renderMockup } from '../../src/mockups/render.ts'
import { prepareScene, seenOn } from '../../src/mockups/scene.ts'
import { boxOf } from '../../src/mockups/surface.ts'
import { drawDesign } from '../../src/practice/draw-design.ts'
import type { Corners, Drawing } from '../../src/shared/domain/mockup.ts'
import { convert, perspective } from '../support/image-magick.ts'
import { compareWarps, drawQuads, type Likeness } from '../support/mockup-quality.ts'
import { endedChildrenCpuMs, interleave, median, ratios } from './measure.ts'
import { writePrintFiles } from './print-files.ts'
import { type BenchContext, judged, reported } from './row.ts'

const PRINT_SIZE = { width: 4500, height: 5400 }
const PHOTO_SIZE = { width: 2000, height: 2000 }
/** 960 x 1270 in the middle of the photo, seen from a little aside. */
const CORNERS: Corners = [
  [540, 330],
  [1480, 360],
  [1500, 1600],
  [520, 1560],
]
const QUALITY = 90
const COMPARED = { designs: 20, quads: 20, width: 1000, height: 1200 }
const MEDIAN_ROUNDS = 5

interface Cpu {
  readonly decodeMs: number
  readonly renderMs: number
}

/** Mockups beside ImageMagick's: how much CPU one is, and how alike the design on it. */
export async function run(context: BenchContext): Promise<void> {
  sharp.concurrency(1)
  sharp.cache(false)
  if (context.wants('render')) await measureRender(context)
  if (context.wants('quality')) await measureQuality(context)
}

/** One mockup of a print file with grain, shaded by its photo; ImageMagick's is not shaded. */
async function measureRender({ scratch, rounds, report }: BenchContext): Promise<void> {
  const [design = ''] = await writePrintFiles(join(scratch, 'print'), 1, PRINT_SIZE)
  const photo = await sharp(await drawDesign(3, PHOTO_SIZE))
    .flatten({ background: '#dddddd' })
    .png()
    .toBuffer()
  const photoFile = join(scratch, 'photo.png')
  await writeFile(photoFile, photo)
  const scene = await prepareScene(drawing, () => photo)
  const kernels = createMockupKernels()
  const { galley, imageMagick } = await interleave(rounds, {
    galley: async (): Promise<Cpu> => {
      const decodeMs = await cpuMs(async () => kernels.hold(await decodeDesign(design, seenOn([drawing]))))
      const renders: number[] = []
      for (let i = 0; i < MEDIAN_ROUNDS; i++) renders.push(await cpuMs(() => renderMockup(scene, kernels)))
      return { decodeMs, renderMs: median(renders) }
    },
    imageMagick: async (): Promise<Cpu> => {
      const decodeMs = await childCpuMs(() => convert([design, photoFile, 'null:']))
      const box = boxOf({ kind: 'quad', corners: CORNERS }, PHOTO_SIZE, 3)
      const layer = ['(', design, ...perspective(PRINT_SIZE, CORNERS, box), '+repage', ')']
      const laid = ['-geometry', `+${box.left}+${box.top}`, '-compose', 'Multiply', '-composite']
      const out = ['-quality', `${QUALITY}`, join(scratch, 'out.jpg')]
      const wholeMs = await childCpuMs(() => convert([photoFile, ...layer, ...laid, ...out]))
      return { decodeMs, renderMs: wholeMs - decodeMs }
    },
  })
  const row = (metric: string, value: number, unit: string) => ({
    ...{ bench: 'mockups', case: 'render', metric, value, unit },
  })
  const rendered = median(galley.map(({ renderMs }) => renderMs))
  const whole = ({ decodeMs, renderMs }: Cpu): number => decodeMs + renderMs
  report(reported(row('decode, CPU', median(galley.map(({ decodeMs }) => decodeMs)), 'ms')))
  report(judged(row('mockups a CPU second, decoded before', 1000 / rendered, '/s'), '>= 4'))
  report(reported(row('ImageMagick, CPU without decoding', median(imageMagick.map(({ renderMs }) => renderMs)), 'ms')))
  const beside = { baseline: 'ImageMagick' }
  const times = median(ratios(imageMagick, galley, ({ renderMs }) => renderMs))
  report(judged({ ...row('mockups a CPU second, decoded before', times, 'x'), ...beside }, '>= 12'))
  report(reported({ ...row('with decoding', median(ratios(imageMagick, galley, whole)), 'x'), ...beside }))
}

const drawing: Drawing = {
  photo: { sha256: '0'.repeat(64), ...PHOTO_SIZE },
  placements: [
    {
      surface: { kind: 'quad', corners: CORNERS },
      mask: null,
      blend: 'multiply',
      opacity: 1,
      shading: { picture: null, strength: 0.5 },
      displacement: null,
    },
  ],
  quality: QUALITY,
  watermark: null,
}

/** The worst of all designs in all quads. */
async function measureQuality({ scratch, report, note }: BenchContext): Promise<void> {
  const { designs, quads, ...size } = COMPARED
  const kernels = createMockupKernels()
  const path = join(scratch, 'design.png')
  const all: Likeness[] = []
  for (let seed = 0; seed < designs; seed++) {
    note(`quality: design ${seed + 1} of ${designs} ...`)
    await writeFile(path, await drawDesign(seed, size))
    for (const corners of drawQuads(quads, size)) all.push(await compareWarps(path, size, corners, kernels))
  }
  const of = (metric: string, value: number, unit: string) => ({
    ...{ bench: 'mockups', case: 'quality', metric, value, unit, baseline: 'ImageMagick' },
  })
  report(judged(of('least alike', Math.min(...all.map(({ decibels }) => decibels)), 'dB'), '>= 45'))
  report(judged(of('edge, mean difference', Math.max(...all.map(({ edgeMean }) => edgeMean)), 'of 255'), '<= 3'))
  report(judged(of('edge, 99th percentile', Math.max(...all.map(({ edge99 }) => edge99)), 'of 255'), '<= 16'))
}

async function cpuMs(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

async function childCpuMs(work: () => Promise<unknown>): Promise<number> {
  const before = endedChildrenCpuMs()
  await work()
  return endedChildrenCpuMs() - before
}
