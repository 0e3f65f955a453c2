import sharp from 'sharp'
import type { MockupKernels } from './mockup-kernels.ts'
import type { Scene } from './scene.ts'

/** The finished mockup of the design that the kernels hold: a JPEG in sRGB. */
export async function renderMockup(
  { photo, layers, watermark, quality }: Scene,
  kernels: MockupKernels,
): Promise<Buffer> {
  const { width, height } = photo
  const image = sharp(kernels.drawn(photo, layers), { raw: { width, height, channels: 3 } })
  const marked = watermark === null ? image : image.composite([watermark])
  return marked.jpeg({ quality }).toBuffer()
}
