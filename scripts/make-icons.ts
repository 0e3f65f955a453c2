// Draws the icons in resources/ from the shapes below: `node scripts/make-icons.ts`. The PNGs are committed.
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'

const resources = join(import.meta.dirname, '..', 'resources')
const SIZES = [16, 32] as const

/** The galley: a tray, seen from above, with three sorts of type in it; 32 x 32. */
const tray = (ink: string): string => `
  <path d="M5 8 v16 a3 3 0 0 0 3 3 h16 a3 3 0 0 0 3 -3 V8" fill="none" stroke="${ink}" stroke-width="3" stroke-linecap="round"/>
  <rect x="10" y="16" width="5" height="7" rx="1" fill="${ink}"/>
  <rect x="17" y="12" width="5" height="11" rx="1" fill="${ink}"/>
  <rect x="10" y="6" width="5" height="7" rx="1" fill="${ink}"/>`

/** The states differ by shape, not by colour alone. */
const badges = {
  idle: '',
  working:
    '<circle cx="25" cy="7" r="6" fill="#1d6fd8"/><path d="M25 10.5 V4 M22 6.5 l3 -3 3 3" stroke="#fff" stroke-width="1.8" fill="none"/>',
  paused:
    '<circle cx="25" cy="7" r="6" fill="#6b7280"/><path d="M23.4 4.5 v5 M26.6 4.5 v5" stroke="#fff" stroke-width="1.8"/>',
  attention:
    '<path d="M25 0.5 l6.5 12 h-13 z" fill="#d97706"/><path d="M25 4.8 v4 M25 10 v1.2" stroke="#fff" stroke-width="1.8"/>',
} as const

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
for (const [state, badge] of Object.entries(badges)) {
  const svg = (ink: string): string =>
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">${tray(ink)}${badge}</svg>`
  await writeScaled(`${state}-light`, svg('#1f2937'))
  await writeScaled(`${state}-dark`, svg('#f3f4f6'))
}
