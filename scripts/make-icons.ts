// Draws the icons in resources/ from the shapes below: `node scripts/make-icons.ts`. The PNGs are committed.
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import type { TrayIcon } from '../src/main/tray/tray-icon.ts'

const resources = join(import.meta.dirname, '..', 'resources')
const SIZES = [16, 32] as const

/** The galley, a tray seen from above; 32 x 32. */
const frame = (ink: string): string =>
  `<path d="M5 8 v16 a3 3 0 0 0 3 3 h16 a3 3 0 0 0 3 -3 V8" fill="none" stroke="${ink}" stroke-width="3" stroke-linecap="round"/>`

/** With three sorts of type in it. */
const tray = (ink: string): string => `${frame(ink)}
  <rect x="10" y="16" width="5" height="7" rx="1" fill="${ink}"/>
  <rect x="17" y="12" width="5" height="11" rx="1" fill="${ink}"/>
  <rect x="10" y="6" width="5" height="7" rx="1" fill="${ink}"/>`

/** What a state's sign is, without the glyph in it, and the glyph, which is cut out; each fills the upper right. */
interface Sign {
  readonly shape: string
  readonly glyph: string
  readonly tone: 'moving' | 'still' | 'asking' | 'wrong'
}

const disc = '<circle cx="22" cy="10" r="9.5"/>'
/** They differ by shape, so that no state is told by its colour alone. */
const signs: Readonly<Record<Exclude<TrayIcon, 'idle'>, Sign>> = {
  working: { shape: disc, glyph: '<path d="M22 16 V5 M17.5 9 L22 4.5 L26.5 9"/>', tone: 'moving' },
  paused: { shape: disc, glyph: '<path d="M19 5.5 V14.5 M25 5.5 V14.5"/>', tone: 'still' },
  waiting: { shape: disc, glyph: '<path d="M21 4 V11 H27"/>', tone: 'still' },
  asking: {
    shape:
      '<path d="M15 0.5 H29 A2.5 2.5 0 0 1 31.5 3 V14 A2.5 2.5 0 0 1 29 16.5 H23 L17 21 V16.5 H15 A2.5 2.5 0 0 1 12.5 14 V3 A2.5 2.5 0 0 1 15 0.5 Z"/>',
    glyph: '<path d="M18.6 6.2 C18.6 2.6 25.4 2.6 25.4 6.2 C25.4 8.6 22 8 22 10.6 M22 12.4 V14.8" stroke-width="2.6"/>',
    tone: 'asking',
  },
  refused: {
    shape: '<path d="M21.5 0 L32 21 H11 Z"/>',
    glyph: '<path d="M21.5 7 V13.5 M21.5 15.5 V18.5"/>',
    tone: 'wrong',
  },
  failed: {
    shape: '<rect x="12.5" y="0.5" width="19" height="19" rx="3"/>',
    glyph: '<path d="M17.5 5.5 L26.5 14.5 M26.5 5.5 L17.5 14.5"/>',
    tone: 'wrong',
  },
}

/** For a light and for a dark bar; 3:1 to either. macOS colours what is black by itself. */
const BARS = {
  '-light': { ink: '#1f2937', moving: '#1d6fd8', still: '#4b5563', asking: '#a84b06', wrong: '#b91c1c' },
  '-dark': { ink: '#f3f4f6', moving: '#6aa9ff', still: '#c3c8d0', asking: '#fbbf24', wrong: '#ff8a80' },
  Template: { ink: '#000', moving: '#000', still: '#000', asking: '#000', wrong: '#000' },
} as const

/** The tray with a sign in place of its type, clear of it all around. */
function withSign(sign: Sign | null, colours: (typeof BARS)[keyof typeof BARS]): string {
  const open = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">'
  if (sign === null) return `${open}${tray(colours.ink)}</svg>`
  const { shape, glyph, tone } = sign
  return `${open}
    <mask id="around"><rect width="32" height="32" fill="#fff"/><g stroke="#000" stroke-width="4">${shape}</g></mask>
    <mask id="within"><rect width="32" height="32" fill="#fff"/>
      <g fill="none" stroke="#000" stroke-width="3">${glyph}</g></mask>
    <g mask="url(#around)">${frame(colours.ink)}</g>
    <g mask="url(#within)" fill="${colours[tone]}">${shape}</g></svg>`
}

const app = `
  <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">
    <defs><linearGradient id="g" x1="0" y1="0" x2="0" y2="1">
      <stop offset="0" stop-color="#2f7de1"/><stop offset="1" stop-color="#1b4fa0"/>
    </linearGradient></defs>
    <rect x="1.5" y="1.5" width="29" height="29" rx="7" fill="url(#g)"/>
    <g transform="translate(5.2 5) scale(0.675)">${tray('#ffffff')}</g>
  </svg>`

/** Pictures of one shape in the sizes that a screen's scale asks for: `name.png`, `name@2x.png`. */
async function writeScaled(name: string, svg: string): Promise<void> {
  for (const [index, size] of SIZES.entries()) {
    const scale = index === 0 ? '' : `@${index + 1}x`
    await sharp(Buffer.from(svg), { density: 72 * 8 })
      .resize(size, size)
      .png()
      .toFile(join(resources, 'tray', `${name}${scale}.png`))
  }
}

await mkdir(join(resources, 'tray'), { recursive: true })
await sharp(Buffer.from(app), { density: 72 * 32 })
  .resize(1024, 1024)
  .png()
  .toFile(join(resources, 'icon.png'))
for (const [bar, colours] of Object.entries(BARS)) {
  await writeScaled(`idle${bar}`, withSign(null, colours))
  for (const [state, sign] of Object.entries(signs)) await writeScaled(`${state}${bar}`, withSign(sign, colours))
}
