import sharp from 'sharp'

/** Pixels along each side in which two pictures are compared: small thumbnails have as many along the longer one. */
const SIDE = 256
/** Of the window that must not differ, and from one to the next. */
const WINDOW = 12
const STEP = 4
/** What a thumbnail's compression leaves in an even part. */
const NOISE = 100
/** Canvases whose proportions differ by more print otherwise. */
const MAX_STRETCH = 0.02
/** A light and a dark cloth: what is transparent shows on one of them. */
const CLOTHS = [255, 0]
/** Luma, blue and red as ITU-R BT.601 has them. */
const CHANNELS = [
  [0.299, 0.587, 0.114],
  [-0.169, -0.331, 0.5],
  [0.5, -0.419, -0.081],
]

/** How much two pictures differ in the small window in which they differ most, on light cloth and on dark: the mean squared
 *  difference over what varies there. 0 of equal ones, above 0.7 where one digit is another; of the same drawing in another
 *  size or format, without loss, below 0.6 mostly. Null where their canvases are not alike. Both are files that sharp reads. */
export async function largestDifference(first: string, second: string): Promise<number | null> {
  const [a, b] = await Promise.all([load(first), load(second)])
  if (Math.abs(a.aspect / b.aspect - 1) > MAX_STRETCH) return null
  const differences = CLOTHS.flatMap((cloth) =>
    CHANNELS.map((weights) => differenceOf(shown(a.pixels, cloth, weights), shown(b.pixels, cloth, weights))),
  )
  return Math.max(...differences)
}

async function load(path: string): Promise<{ aspect: number; pixels: Buffer }> {
  const { width, height } = await sharp(path).metadata()
  const image = sharp(path).toColourspace('srgb').ensureAlpha().resize(SIDE, SIDE, { fit: 'fill' })
  return { aspect: width / height, pixels: await image.blur(0.7).raw().toBuffer() }
}

/** One channel of RGBA pixels as they are seen on that cloth. */
function shown(pixels: Buffer, cloth: number, [red = 0, green = 0, blue = 0]: readonly number[]): Float64Array {
  const out = new Float64Array(SIDE * SIDE)
  const ground = cloth * (red + green + blue)
  for (let i = 0, at = 0; i < out.length; i++, at += 4) {
    const colour = red * (pixels[at] ?? 0) + green * (pixels[at + 1] ?? 0) + blue * (pixels[at + 2] ?? 0)
    out[i] = ground + ((colour - ground) * (pixels[at + 3] ?? 0)) / 255
  }
  return out
}

function differenceOf(a: Float64Array, b: Float64Array): number {
  const [squares, sumA, squaresA, sumB, squaresB] = [
    sums((i) => ((a[i] ?? 0) - (b[i] ?? 0)) ** 2),
    sums((i) => a[i] ?? 0),
    sums((i) => (a[i] ?? 0) ** 2),
    sums((i) => b[i] ?? 0),
    sums((i) => (b[i] ?? 0) ** 2),
  ]
  let largest = 0
  for (let y = 0; y + WINDOW <= SIDE; y += STEP) {
    for (let x = 0; x + WINDOW <= SIDE; x += STEP) {
      const varianceA = mean(squaresA, x, y) - mean(sumA, x, y) ** 2
      const varianceB = mean(squaresB, x, y) - mean(sumB, x, y) ** 2
      largest = Math.max(largest, mean(squares, x, y) / ((varianceA + varianceB) / 2 + NOISE))
    }
  }
  return largest
}

/** Of all values above and left of each place: with it the sum of any window takes four reads. */
function sums(valueAt: (i: number) => number): Float64Array {
  const side = SIDE + 1
  const table = new Float64Array(side * side)
  for (let y = 0; y < SIDE; y++) {
    let row = 0
    for (let x = 0; x < SIDE; x++) {
      row += valueAt(y * SIDE + x)
      table[(y + 1) * side + x + 1] = (table[y * side + x + 1] ?? 0) + row
    }
  }
  return table
}

function mean(table: Float64Array, x: number, y: number): number {
  const side = SIDE + 1
  const at = (column: number, row: number): number => table[row * side + column] ?? 0
  const sum = at(x + WINDOW, y + WINDOW) - at(x, y + WINDOW) - at(x + WINDOW, y) + at(x, y)
  return sum / WINDOW ** 2
}
