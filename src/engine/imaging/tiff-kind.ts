import type { PictureKind } from '../../shared/domain/detail.ts'
import type { OpenSource } from './source.ts'
import { readNumbers, type TiffDirectory } from './tiff-directory.ts'

/** What a TIFF says of its first page, as far as it decides how that is read. */
export interface TiffKind {
  readonly width: number
  readonly height: number
  readonly channels: number
  /** How many of the channels are colours: they come first. */
  readonly colours: number
  /** Which channel is transparency; null where none is. */
  readonly alpha: number | null
  /** Dots per inch, if it says any. */
  readonly dpi: number | undefined
  /** Why it cannot be read right; null where it can. */
  readonly unread: PictureKind | null
}

/** Channels by photometric interpretation. */
const COLOURS: Readonly<Record<number, number>> = { 0: 1, 1: 1, 2: 3, 3: 1, 5: 4, 6: 3, 8: 3 }
const MASK = 4
const CMYK = 5
const YCBCR = 6
/** And its two relatives after it. */
const LAB = 8
const RAW = [32803, 34892]
const JPEG = 7
/** Those that libvips' libtiff is built with. */
const COMPRESSIONS = [1, 2, 3, 4, 5, JPEG, 8, 32771, 32773, 32946, 50001]
const COMPRESSION_NAMES: Readonly<Record<number, string>> = {
  6: 'JPEG (1992)',
  34712: 'JPEG 2000',
  34887: 'LERC',
  34925: 'LZMA',
  50000: 'Zstandard',
  50002: 'JPEG XL',
  52546: 'JPEG XL',
}
const SIGNED = 2
const FLOAT = 3
const COMPLEX = [5, 6]
const BITS = [1, 2, 4, 8, 16]
const INCHES = 2
const CENTIMETRES = 3
/** What sharp takes. */
const MAX_CHANNELS = 5

/** Finds out what a TIFF is from its first directory. Throws for a directory that leads out of the file. */
export async function tiffKind(source: OpenSource, directory: TiffDirectory): Promise<TiffKind> {
  const numbers = (tag: number): Promise<readonly number[]> => readNumbers(source, directory, tag)
  const one = async (tag: number, otherwise: number): Promise<number> => (await numbers(tag))[0] ?? otherwise
  const has = (tag: number): boolean => directory.entries.has(tag)
  const photometric = await one(262, 1)
  const channels = await one(277, 1)
  const colours = COLOURS[photometric] ?? channels
  const layout: Layout = {
    photometric,
    channels,
    colours,
    compression: await one(259, 1),
    bits: await numbers(258),
    formats: await numbers(339),
    isOfCamera: has(50706),
    isPlanarTiled: channels > 1 && (await one(284, 1)) === 2 && has(324),
    inkSet: await one(332, 1),
    isPreview: ((await one(254, 0)) & 1) === 1,
  }
  const unit = await one(296, INCHES)
  const resolution = (await one(282, 0)) * (unit === CENTIMETRES ? 2.54 : 1)
  return {
    width: await one(256, 0),
    height: await one(257, 0),
    channels,
    colours,
    alpha: alphaIn(has(338) ? await numbers(338) : null, colours, channels),
    dpi: resolution > 0 && (unit === INCHES || unit === CENTIMETRES) ? resolution : undefined,
    unread: whyUnread(layout),
  }
}

interface Layout {
  readonly photometric: number
  readonly channels: number
  readonly colours: number
  readonly compression: number
  readonly bits: readonly number[]
  readonly formats: readonly number[]
  readonly isOfCamera: boolean
  readonly isPlanarTiled: boolean
  readonly inkSet: number
  readonly isPreview: boolean
}

/** All that libvips refuses as damaged, and what it reads without a word in other tones. */
function whyUnread(layout: Layout): PictureKind | null {
  const { photometric, compression, formats, bits, channels, colours } = layout
  const oddBits = bits.find((depth) => !BITS.includes(depth) || depth !== bits[0])
  if (layout.isOfCamera || RAW.includes(photometric)) return { is: 'raw' }
  if (photometric === MASK) return { is: 'mask' }
  if (!COMPRESSIONS.includes(compression))
    return { is: 'compression', name: COMPRESSION_NAMES[compression] ?? `no. ${compression}` }
  if (formats.includes(FLOAT)) return { is: 'float' }
  if (formats.includes(SIGNED) || formats.some((format) => COMPLEX.includes(format))) return { is: 'signed' }
  if (oddBits !== undefined) return { is: 'bits', bits: oddBits }
  if (channels > 1 && bits[0] !== undefined && bits[0] < 8) return { is: 'bits', bits: bits[0] }
  if (photometric >= LAB && photometric <= LAB + 2 && !isDeepLab(layout)) return { is: 'lab' }
  if (COLOURS[photometric] === undefined) return { is: 'colours', number: photometric }
  if (photometric === YCBCR && compression !== JPEG) return { is: 'ycbcr' }
  if (photometric === CMYK && (channels < colours || layout.inkSet !== 1)) return { is: 'inks' }
  if (channels < colours || channels > MAX_CHANNELS) return { is: 'channels', channels }
  if (layout.isPlanarTiled) return { is: 'planar-tiles' }
  return layout.isPreview ? { is: 'preview' } : null
}

/** The only Lab that libvips reads right. */
function isDeepLab({ photometric, bits, channels }: Layout): boolean {
  return photometric === LAB && bits[0] === 16 && channels === 3
}

/** Channels beside the colours are transparency where the file says so. One of which it says nothing at all is what other
 *  programs take it for. */
function alphaIn(extra: readonly number[] | null, colours: number, channels: number): number | null {
  if (extra === null) return channels === colours + 1 ? colours : null
  const found = extra.findIndex((kind) => kind === 1 || kind === 2)
  return found < 0 || colours + found >= channels ? null : colours + found
}
