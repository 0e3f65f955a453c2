import sharp from 'sharp'
import { type Brush, createBrush } from './drawing/brush.ts'
import { badge, bouquet, confetti, landscape, mascot } from './drawing/motifs.ts'

const MOTIFS = [mascot, bouquet, badge, landscape, confetti] as const

/** A drawn design with a transparent ground, as a PNG: the same for the same seed and size, and for different seeds a
 *  different picture, not a near duplicate. Rejects when a side is not 1 to 8192 pixels. */
export async function drawDesign(seed: number, size: { width: number; height: number }): Promise<Buffer> {
  const { width, height } = size
  for (const side of [width, height])
    if (!Number.isInteger(side) || side < 1 || side > 8192) throw new RangeError(`no picture of ${width} x ${height}`)
  return sharp(Buffer.from(designSvg(seed, width, height)), { limitInputPixels: 8192 * 8192 })
    .png({ compressionLevel: 6 })
    .toBuffer()
}

/** Drawn on a 1000 x 1000 ground, stretched to the size asked for as print templates do. */
function designSvg(seed: number, width: number, height: number): string {
  const brush: Brush = createBrush(seed)
  const motif = MOTIFS[Math.abs(Math.trunc(seed)) % MOTIFS.length] ?? mascot
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 1000 1000" \
preserveAspectRatio="none">${motif(brush)}</svg>`
}
