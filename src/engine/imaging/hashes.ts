// 64-bit hashes of a picture's luma as Python's imagehash defines them, as 16 hex digits: bits row by row, the first
// the highest. Each takes the luma as `resized` of the pixel kernels gives it, of the size that the hash is made from.

/** Values that are equal on paper differ by less than this in floating point; such bits are 0, always. */
const NOISE = 1e-6
export const PHASH_SIZE = 32

/** Bits above the mean of the 8 x 8 picture. */
export function ahash(data: Uint8Array): string {
  const mean = data.reduce((sum, value) => sum + value, 0) / data.length
  return toHex(Array.from(data, (value) => value > mean))
}

/** Bits where the 9 x 8 picture grows lighter to the right. */
export function dhash(data: Uint8Array): string {
  return toHex(Array.from({ length: 64 }, (_, i) => (data[i + (i >> 3) + 1] ?? 0) > (data[i + (i >> 3)] ?? 0)))
}

/** Bits above the median of the 8 x 8 lowest frequencies of the 32 x 32 picture's cosine transform. */
export function phash(data: Uint8Array): string {
  return toHex(aboveMedian(lowFrequencies(data)))
}

/** Bits above the median of 8 x 8 area means, in any unit: what the lowest band of a Haar wavelet is. */
export function whash(means: Float64Array): string {
  return toHex(aboveMedian(means))
}

/** The 8 x 8 lowest coefficients of the unscaled DCT-II of a 32 x 32 picture. */
function lowFrequencies(pixels: Uint8Array): Float64Array {
  const wave = cosines()
  const columns = new Float64Array(8 * PHASH_SIZE)
  for (let u = 0; u < 8; u++)
    for (let x = 0; x < PHASH_SIZE; x++) {
      let sum = 0
      for (let y = 0; y < PHASH_SIZE; y++) sum += (pixels[y * PHASH_SIZE + x] ?? 0) * (wave[u * PHASH_SIZE + y] ?? 0)
      columns[u * PHASH_SIZE + x] = sum
    }
  return Float64Array.from({ length: 64 }, (_, i) => {
    const [u, v] = [i >> 3, i & 7]
    let sum = 0
    for (let x = 0; x < PHASH_SIZE; x++) sum += (columns[u * PHASH_SIZE + x] ?? 0) * (wave[v * PHASH_SIZE + x] ?? 0)
    return sum * 4
  })
}

function cosines(): Float64Array {
  return Float64Array.from({ length: 8 * PHASH_SIZE }, (_, i) => {
    const [frequency, at] = [Math.floor(i / PHASH_SIZE), i % PHASH_SIZE]
    return Math.cos((Math.PI * frequency * (2 * at + 1)) / (2 * PHASH_SIZE))
  })
}

function aboveMedian(values: Float64Array): boolean[] {
  const sorted = values.toSorted()
  const median = ((sorted[31] ?? 0) + (sorted[32] ?? 0)) / 2
  return Array.from(values, (value) => value - median > NOISE)
}

function toHex(bits: readonly boolean[]): string {
  const binary = bits.map(Number).join('')
  return BigInt(`0b${binary}`)
    .toString(16)
    .padStart(bits.length / 4, '0')
}
