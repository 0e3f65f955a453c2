import { printPixels } from './print-size.ts'
import type { Print } from './shop.ts'

interface Size {
  readonly width: number
  readonly height: number
}

/** How an artwork is put on its print: turned, brought to a size, set on a canvas. All in pixels. */
export interface Layout {
  /** By 90 degrees, before anything else. */
  readonly isTurned: boolean
  /** The artwork's size in print. */
  readonly artwork: Size
  /** Of the whole print; larger than the artwork where the rest of it is transparent. */
  readonly canvas: Size
  /** How many times larger than it is the artwork is printed, in the direction in which that is more. */
  readonly enlargement: number
}

/** Where an artwork of `size` pixels comes to lie when it is printed: stretched to the template's size, or as large as it
 *  can be in there with its own proportions, alone or in the middle of a canvas of that size. */
export function layoutOf(size: Size, print: Print): Layout {
  const target = printPixels(print)
  const isTurned = print.preparation?.rotate === true && lie(size) * lie(target) < 0
  const { width, height } = isTurned ? { width: size.height, height: size.width } : size
  const scale = Math.min(target.width / width, target.height / height)
  const inside = {
    width: within(target.width, Math.round(width * scale)),
    height: within(target.height, Math.round(height * scale)),
  }
  const artwork = print.fit === 'stretch' ? target : inside
  const canvas = print.fit === 'canvas' ? target : artwork
  const enlargement = print.fit === 'stretch' ? Math.max(target.width / width, target.height / height) : scale
  return { isTurned, artwork, canvas, enlargement }
}

/** 1 for what is wider than high, -1 for what stands, 0 for a square. */
function lie({ width, height }: Size): number {
  return Math.sign(width - height)
}

function within(most: number, value: number): number {
  return Math.min(most, Math.max(1, value))
}
