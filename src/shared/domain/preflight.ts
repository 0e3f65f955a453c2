import { layoutOf } from './layout.ts'
import type { PictureInfo } from './picture.ts'
import type { Print } from './shop.ts'

/** `low-dpi`: prints coarsely; `enlarged`: preparation enlarges it by more than the template allows; `opaque`: its ground
 *  is printed, too; `blank`: nothing of it shows; `pages`: only the first page or frame counts; `cmyk`: its colours are converted, or left to whoever prints it; `extra-channels`: what it has beside
 *  colours and transparency, such as a plate for white ink, is not in the print file. */
export type PreflightWarning = 'low-dpi' | 'enlarged' | 'opaque' | 'blank' | 'pages' | 'cmyk' | 'extra-channels'

/** What is to be known of a picture before it is printed as the template says. None of it keeps it from being sent. */
export interface Preflight {
  /** Its own pixels per inch at the printed size. */
  readonly effectiveDpi: number
  /** How many times larger than it is it is printed, in pixels at the template's dpi. */
  readonly enlargement: number
  /** Share of its area that lies in the fully transparent margin, 0 to 1. */
  readonly margin: number
  readonly warnings: readonly PreflightWarning[]
}

/** Coarser than this is seen with the naked eye. */
const MIN_DPI = 150
const OPAQUE = 255
/** What is fainter than this all over is haze, which nobody sees in print. */
const MIN_ALPHA = 8

/** Looks at a picture as it will be printed: without its margin if that is trimmed. */
export function preflight(picture: PictureInfo, print: Print): Preflight {
  const { width, height, content = { width, height } } = picture
  const { preparation } = print
  const isBlank = picture.hasAlpha && (picture.opacity?.most ?? OPAQUE) < MIN_ALPHA
  const isOpaque = !picture.hasAlpha || picture.opacity?.least === OPAQUE
  const { enlargement } = layoutOf(preparation?.trim === true ? content : picture, print)
  const effectiveDpi = Math.round(print.dpi / enlargement)
  return {
    effectiveDpi,
    enlargement: Math.round(enlargement * 1000) / 1000,
    margin: Math.round((1 - (content.width * content.height) / (width * height)) * 1000) / 1000,
    warnings: [
      ...(effectiveDpi < MIN_DPI ? (['low-dpi'] as const) : []),
      ...(preparation !== undefined && enlargement > preparation.maxEnlargement ? (['enlarged'] as const) : []),
      ...(isBlank ? (['blank'] as const) : []),
      ...(isOpaque ? (['opaque'] as const) : []),
      ...(picture.pages > 1 ? (['pages'] as const) : []),
      ...(picture.colourSpace === 'cmyk' ? (['cmyk'] as const) : []),
      ...(preparation !== undefined && (picture.extraChannels ?? 0) > 0 ? (['extra-channels'] as const) : []),
    ],
  }
}
