import sharp from 'sharp'
import type { Point, Surface } from '../shared/domain/mockup.ts'

/** A mockup of the practice shop: a drawn photo, and where on it designs lie. */
export interface SampleMockup {
  readonly name: string
  readonly surface: Surface
  /** The photo, as a JPEG. */
  draw(): Promise<Buffer>
}

const SIDE = 1600
/** The cup's wall as it is seen: its axis, radius, upper and lower edge, and how far the rims sag towards who looks. */
const CUP = { axis: 760, radius: 430, top: 420, bottom: 1260, sag: 70 }
/** Half the angle around which a design is wrapped. */
const WRAP = (65 * Math.PI) / 180

/** A framed print that is seen from the side, and a cup with the design around it. */
export const SAMPLE_MOCKUPS: readonly SampleMockup[] = [
  {
    name: 'On a wall',
    surface: {
      kind: 'quad',
      corners: [
        [480, 330],
        [1130, 400],
        [1130, 1160],
        [480, 1260],
      ],
    },
    draw: () => photo(wall()),
  },
  { name: 'Around a cup', surface: { kind: 'mesh', points: cupMesh() }, draw: () => photo(cup()) },
]

/** Of a cylinder: cubic curves with its points and slopes at both ends, straight lines down. */
function cupMesh(): Point[] {
  const { axis, radius, top, bottom, sag } = CUP
  const at = (angle: number): Point => [axis + radius * Math.sin(angle), sag * Math.cos(angle)]
  const slope = (angle: number): Point => [2 * WRAP * radius * Math.cos(angle), -2 * WRAP * sag * Math.sin(angle)]
  const [[x0, y0], [x3, y3]] = [at(-WRAP), at(WRAP)]
  const [[dx0, dy0], [dx3, dy3]] = [slope(-WRAP), slope(WRAP)]
  const across: readonly Point[] = [
    [x0, y0],
    [x0 + dx0 / 3, y0 + dy0 / 3],
    [x3 - dx3 / 3, y3 - dy3 / 3],
    [x3, y3],
  ]
  const [first, last] = [top + 80, bottom - 80]
  return [0, 1, 2, 3].flatMap((row) =>
    across.map(([x, y]): Point => [Math.round(x), Math.round(y + first + ((last - first) * row) / 3)]),
  )
}

function wall(): string {
  return `<rect width="1600" height="1600" fill="url(#room)"/>
    <polygon points="440,290 1170,360 1170,1200 440,1300" fill="#3b2f28"/>
    <polygon points="480,330 1130,400 1130,1160 480,1260" fill="#f7f5f0"/>
    <polygon points="0,1420 1600,1380 1600,1600 0,1600" fill="#8a6f57"/>`
}

function cup(): string {
  const { axis, radius, top, bottom, sag } = CUP
  const [left, right] = [axis - radius, axis + radius]
  return `<rect width="1600" height="1600" fill="url(#room)"/>
    <ellipse cx="800" cy="1330" rx="700" ry="150" fill="#00000033"/>
    <path d="M${right - 20},560 C1480,540 1480,1120 ${right - 40},1080" fill="none" stroke="#e6e3de" stroke-width="80"/>
    <path d="M${left},${top} V${bottom} A${radius},${sag} 0 0 0 ${right},${bottom} V${top} Z" fill="url(#body)"/>
    <ellipse cx="${axis}" cy="${top}" rx="${radius}" ry="${sag}" fill="#cfcac3"/>`
}

function photo(drawn: string): Promise<Buffer> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${SIDE}" height="${SIDE}">
    <linearGradient id="room" x2="1" y2="1"><stop stop-color="#dcd6cc"/><stop offset="1" stop-color="#a9a196"/></linearGradient>
    <linearGradient id="body"><stop stop-color="#a8a39b"/><stop offset=".3" stop-color="#fbfaf8"/>
      <stop offset=".7" stop-color="#eceae6"/><stop offset="1" stop-color="#8f8a83"/></linearGradient>
    ${drawn}</svg>`
  return sharp(Buffer.from(svg)).jpeg({ quality: 92 }).toBuffer()
}
