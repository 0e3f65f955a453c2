import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Box, Size } from '../../src/mockups/box.ts'
import type { Corners } from '../../src/shared/domain/mockup.ts'

/** Debian's; another one may come first on the path. */
export const CONVERT = '/usr/bin/convert'
const run = promisify(execFile)

/** ImageMagick's `-distort Perspective`, an elliptical weighted average of the whole picture, on one thread: what of the
 *  picture is seen in a box, as RGBA that is not premultiplied. */
export async function distort(picture: string, size: Size, corners: Corners, box: Box): Promise<Buffer> {
  const operations = perspective(size, corners, box)
  const { stdout } = await convert([picture, ...operations, '-depth', '8', 'rgba:-'])
  return stdout
}

export function convert(args: readonly string[]) {
  return run(CONVERT, ['-limit', 'thread', '1', ...args], { encoding: 'buffer', maxBuffer: 2 ** 30 })
}

/** The operations that draw a picture of this size where its corners are to be, as seen in a box. */
export function perspective({ width, height }: Size, corners: Corners, { left, top, ...box }: Box): string[] {
  const from = [
    [0, 0],
    [width, 0],
    [width, height],
    [0, height],
  ]
  const pairs = corners.map(([x, y], i) => `${from[i]?.join(',')} ${x - left},${y - top}`)
  const viewport = `distort:viewport=${box.width}x${box.height}+0+0`
  return [
    ...['-alpha', 'set', '-virtual-pixel', 'transparent', '-define', viewport],
    ...['-distort', 'Perspective', pairs.join('  ')],
  ]
}
