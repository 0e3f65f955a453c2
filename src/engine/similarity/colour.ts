/** Grey pictures differ by less than this in each cell, whatever their colour noise. */
const LEAST_CHROMA = 6
/** Edits that keep the colours stay below it, but where they bleach them; another hue is at 0.9 and more. */
const RECOLOURED = 0.4

/** Are these the chroma signatures of one drawing in different colours? Symmetric. */
export function isRecoloured(a: Int8Array, b: Int8Array): boolean {
  let [difference, inA, inB] = [0, 0, 0]
  for (let i = 0; i < a.length; i += 1) {
    const [x, y] = [a[i] ?? 0, b[i] ?? 0]
    difference += (x - y) ** 2
    inA += x * x
    inB += y * y
  }
  const least = (LEAST_CHROMA ** 2 * a.length) / 2
  return difference > RECOLOURED ** 2 * Math.max(inA, inB, least)
}
