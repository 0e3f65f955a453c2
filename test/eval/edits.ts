import sharp, { type Sharp } from 'sharp'

/** What sellers and their tools do to a design, and still call it the same. `hard`: what a rule may miss. */
export interface Edit {
  readonly name: string
  readonly isHard: boolean
  /** The edited picture, encoded; of a picture of that size. */
  apply(picture: Sharp, size: Size): Promise<Buffer>
}

export interface Size {
  readonly width: number
  readonly height: number
}

const WHITE = '#ffffff'

const ordinary = (name: string, apply: Edit['apply']): Edit => ({ name, isHard: false, apply })
const hard = (name: string, apply: Edit['apply']): Edit => ({ name, isHard: true, apply })

export const EDITS: readonly Edit[] = [
  ordinary('resize to 50 %', (picture, { width }) => png(picture.resize({ width: atLeast1(width * 0.5) }))),
  ordinary('resize to 150 %', (picture, { width }) => png(picture.resize({ width: atLeast1(width * 1.5) }))),
  ordinary('JPEG 85', (picture) => picture.flatten({ background: WHITE }).jpeg({ quality: 85 }).toBuffer()),
  ordinary('JPEG 60', (picture) => picture.flatten({ background: WHITE }).jpeg({ quality: 60 }).toBuffer()),
  ordinary('WebP 75', (picture) => picture.webp({ quality: 75 }).toBuffer()),
  ordinary('palette PNG', (picture) => picture.png({ palette: true, colours: 64 }).toBuffer()),
  ordinary('brighter by 15 %', (picture) => png(picture.modulate({ brightness: 1.15 }))),
  ordinary('darker by 15 %', (picture) => png(picture.modulate({ brightness: 0.85 }))),
  ordinary('crop 2 %', (picture, size) => png(picture.extract(inset(size, 0.02)))),
  ordinary('crop 5 %', (picture, size) => png(picture.extract(inset(size, 0.05)))),
  ordinary('watermark', (picture, size) => png(picture.composite([{ input: watermark(size) }]))),
  ordinary('white ground', (picture) => png(picture.flatten({ background: WHITE }))),
  ordinary('hue by 60 degrees', (picture) => png(picture.modulate({ hue: 60 }))),
  hard('crop 10 %', (picture, size) => png(picture.extract(inset(size, 0.1)))),
  hard('transparent padding', (picture, size) => png(picture.ensureAlpha().extend(margins(size, '#00000000')))),
  hard('white canvas', (picture, size) => png(picture.flatten({ background: WHITE }).extend(margins(size, WHITE)))),
  hard('rotation by 5 degrees', (picture) => png(picture.ensureAlpha().rotate(5, { background: '#00000000' }))),
  hard('mirror', (picture) => png(picture.flop())),
  hard('black ground', (picture) => png(picture.flatten({ background: '#000000' }))),
  hard('hue by 180 degrees', (picture) => png(picture.modulate({ hue: 180 }))),
]

function png(picture: Sharp): Promise<Buffer> {
  return picture.png({ compressionLevel: 1 }).toBuffer()
}

function atLeast1(length: number): number {
  return Math.max(1, Math.round(length))
}

/** What is left when a share of the width and of the height is cut away, half of it on each side. */
function inset({ width, height }: Size, share: number) {
  const [left, top] = [Math.floor((width * share) / 2), Math.floor((height * share) / 2)]
  return { left, top, width: width - 2 * left, height: height - 2 * top }
}

/** More on one side than on the other. */
function margins({ width, height }: Size, background: string) {
  const [x, y] = [Math.round(width / 10), Math.round(height / 10)]
  return { left: x, right: 2 * x, top: 2 * y, bottom: y, background }
}

/** A half-transparent line of text in a corner, a third of the picture wide. */
function watermark({ width, height }: Size): Buffer {
  const size = Math.max(2, Math.round(width / 18))
  return Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
      <text x="${width * 0.62}" y="${height - size}" font-size="${size}" font-family="sans-serif" fill="#808080"
        fill-opacity="0.5">sample shop</text></svg>`,
  )
}

/** The picture of a file as it is edited: upright, of at most `maxPixels`. */
export async function loadPicture(path: string, maxPixels: number): Promise<{ picture: Buffer; size: Size }> {
  const { autoOrient } = await sharp(path).metadata()
  const scale = Math.min(1, Math.sqrt(maxPixels / (autoOrient.width * autoOrient.height)))
  const width = atLeast1(autoOrient.width * scale)
  const { data, info } = await sharp(path)
    .autoOrient()
    .resize({ width })
    .toColourspace('srgb')
    .png({ compressionLevel: 1 })
    .toBuffer({ resolveWithObject: true })
  return { picture: data, size: { width: info.width, height: info.height } }
}
