/** Fixed-point digits of PIL's 8-bit resampling: two bits of head-room for the negative lobes. */
const PRECISION = 22
const LOBES = 3
/** The kernel takes so many weights at a time, each in two parts. */
const GROUP = 16
const LOW_BITS = 12

/** What the kernel `resample` of kernels/pixels.ts needs to make `to` pixels of `size`, in its layout: a Lanczos window of
 *  3 lobes, stretched when shrinking, that sums to 1, in the fixed point of PIL's `resize(size, LANCZOS)` on `L`. */
export function lanczosTaps(size: number, to: number): { readonly taps: Uint8Array; readonly stride: number } {
  const scale = size / to
  const stretch = Math.max(1, scale)
  const support = LOBES * stretch
  const stride = Math.ceil(Math.min(size, 2 * support + 2) / GROUP) * GROUP
  const taps = new ArrayBuffer(to * 4 + to * stride * 4)
  const starts = new Int32Array(taps, 0, to)
  const weights = new Int16Array(taps, to * 4)
  const shares = new Float64Array(stride)
  for (let target = 0; target < to; target++) {
    const center = (target + 0.5) * scale
    const from = Math.max(0, Math.trunc(center - support + 0.5))
    const count = Math.min(size, Math.trunc(center + support + 0.5)) - from
    let total = 0
    for (let i = 0; i < count; i++) {
      const share = lanczos((from + i - center + 0.5) / stretch)
      shares[i] = share
      total += share
    }
    starts[target] = from
    for (let i = 0; i < count; i++) {
      const weight = toFixed((shares[i] ?? 0) / total)
      const at = target * stride * 2 + Math.floor(i / GROUP) * GROUP * 2 + (i % GROUP)
      weights[at] = weight >> LOW_BITS
      weights[at + GROUP] = weight & (2 ** LOW_BITS - 1)
    }
  }
  return { taps: new Uint8Array(taps), stride }
}

/** sinc(x) · sinc(x / 3), with one sine: sin 3a = 3 sin a - 4 sin³ a. */
function lanczos(x: number): number {
  if (x < -LOBES || x >= LOBES) return 0
  if (x === 0) return 1
  const third = (Math.PI * x) / LOBES
  const sine = Math.sin(third)
  return ((3 - 4 * sine * sine) * sine * sine) / (LOBES * third * third)
}

function toFixed(weight: number): number {
  return Math.trunc(weight * 2 ** PRECISION + (weight < 0 ? -0.5 : 0.5))
}
