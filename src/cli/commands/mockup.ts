import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { ShopMockup } from '../../shared/api/mockups.ts'
import { failure } from '../../shared/domain/failure.ts'
import { type Blend, type DrawingFiles, drawingFilesSchema } from '../../shared/domain/mockup.ts'
import type { ShopSetup } from '../../shared/ipc/engine.ts'
import { failureError, orEnd, usageError } from '../cli-error.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { printJson } from '../json-output.ts'
import { parseOption } from '../parse-number.ts'
import { printable } from '../printable.ts'
import { failureLine } from '../speech.ts'
import { wholePaths } from '../whole-paths.ts'
import { ofShop, type ShopCommandOptions } from './of-shop.ts'
import { templateOf } from './template-of.ts'

type MockupOptions = ShopCommandOptions

export interface AddMockupOptions extends MockupOptions {
  readonly template?: string
  readonly photo: string
  readonly quad?: string
  readonly mesh?: string
  readonly rectangle?: string
  readonly placements?: string
  readonly mask?: string
  readonly blend: Blend
  readonly opacity: string
  readonly shading: string
  readonly displacement?: string
  readonly watermark?: string
  readonly quality: string
  readonly rank: string
  readonly revision?: string
}

/** `galley mockup list`: those of the shop's templates. */
export function listMockups(options: MockupOptions): Promise<ExitCode> {
  return ofShop(options, async (engine, { shop, templates }) => {
    const mockups = orEnd(await engine.call('listMockups', { shopId: shop.id }))
    for (const mockup of mockups) print(mockup, templates, options)
    if (mockups.length === 0 && !options.json) console.log('No mockups yet.')
    return EXIT.ok
  })
}

/** `galley mockup add`: a photo with places for the template's designs. */
export function addMockup(name: string, options: AddMockupOptions): Promise<ExitCode> {
  const files = filesOf(options)
  return ofShop(options, async (engine, setup) => {
    const seen = options.revision === undefined ? {} : { seen: parseOption('--revision', options.revision) }
    const rank = numberOf('--rank', options.rank)
    const wish = { ...files, name, rank, templateId: templateOf(setup, options.template).id, ...seen }
    const { isSaved, mockup } = orEnd(await engine.call('saveMockup', wish))
    if (isSaved) print(mockup, setup.templates, options)
    if (isSaved) return EXIT.ok
    console.error(printable(`The shop's: ${sayMockup(mockup, setup.templates)}`))
    console.error(printable(`Yours: ${name}, ${files.placements.length} placements`))
    console.error(printable(`\`galley mockup add\` with --revision ${mockup.revision} saves yours over it.`))
    throw failureError(failure('mockup-changed'))
  })
}

/** `galley mockup check`: whether each of them can be drawn. */
export function checkMockups(options: MockupOptions): Promise<ExitCode> {
  return ofShop(options, async (engine, { shop, templates }) => {
    const checked = orEnd(await engine.call('checkMockups', { shopId: shop.id }))
    for (const { mockup, failure } of checked) {
      if (options.json)
        printJson({ type: 'mockup-check', id: mockup.id, name: mockup.name, error: failure?.code ?? null })
      else
        console.log(
          printable(
            `${sayMockup(mockup, templates)}: ${failure === null ? 'can be drawn' : failureLine(failure, options.speech)}`,
          ),
        )
    }
    return checked.every(({ failure }) => failure === null) ? EXIT.ok : EXIT.someFailed
  })
}

/** `galley mockup render MOCKUP FILE --to OUT.jpg`: what a file looks like on it. */
export function renderMockup(name: string, file: string, options: MockupOptions & { to: string }): Promise<ExitCode> {
  const [path = ''] = wholePaths([file])
  const to = resolve(options.to)
  return ofShop(options, async (engine, { shop }) => {
    const mockups = orEnd(await engine.call('listMockups', { shopId: shop.id }))
    const found = mockups.filter((one) => one.name === name || one.id === name)
    const [mockup] = found
    if (mockup === undefined) throw failureError(failure('configuration', { says: 'no-mockup', name }))
    if (found.length > 1) throw usageError(`Several templates have a mockup "${name}"; give its id, of the list.`)
    orEnd(await engine.call('renderMockup', { shopId: shop.id, mockupId: mockup.id, path, to }))
    if (options.json) printJson({ type: 'rendered', mockup: mockup.id, path, to })
    else console.log(printable(`${file} on ${mockup.name}: ${to}`))
    return EXIT.ok
  })
}

/** The mockup that the options describe, with whole paths. */
function filesOf(options: AddMockupOptions): DrawingFiles {
  const { photo, watermark, quality } = options
  const parsed = drawingFilesSchema.safeParse({
    photo: whole(photo),
    placements: placementsOf(options),
    quality: numberOf('--quality', quality),
    watermark: watermark === undefined ? null : { picture: whole(watermark), opacity: 1 },
  })
  if (parsed.success) return parsed.data
  throw usageError(parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('\n'))
}

function placementsOf(options: AddMockupOptions): unknown {
  const { placements, mask, blend } = options
  if (placements !== undefined) return readJson(whole(placements))
  const strength = numberOf('--shading', options.shading)
  const [across = 0, down = across] =
    options.displacement === undefined ? [] : numbersOf('--displacement', options.displacement)
  return [
    {
      surface: surfaceOf(options),
      mask: mask === undefined ? null : whole(mask),
      blend,
      opacity: numberOf('--opacity', options.opacity),
      shading: strength === 0 ? null : { picture: null, strength },
      displacement: across === 0 && down === 0 ? null : { picture: null, across, down },
    },
  ]
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    throw usageError(`--placements: ${path} is not JSON.`)
  }
}

function surfaceOf({ quad, mesh, rectangle }: AddMockupOptions): unknown {
  if (rectangle !== undefined) {
    const [left = 0, top = 0, width = 0, height = 0] = numbersOf('--rectangle', rectangle)
    return { kind: 'rectangle', left, top, width, height }
  }
  if (mesh !== undefined) return { kind: 'mesh', points: pairsOf('--mesh', mesh, 16) }
  if (quad === undefined) throw usageError('Give --quad, --mesh, --rectangle or --placements.')
  return { kind: 'quad', corners: pairsOf('--quad', quad, 4) }
}

function pairsOf(option: string, text: string, count: number): number[][] {
  const numbers = numbersOf(option, text)
  if (numbers.length !== count * 2) throw usageError(`${option}: ${count} points are needed, as "x,y x,y ...".`)
  return Array.from({ length: count }, (_, i) => numbers.slice(i * 2, i * 2 + 2))
}

function numbersOf(option: string, text: string): number[] {
  return text
    .split(/[\s,]+/)
    .filter((part) => part !== '')
    .map((part) => numberOf(option, part))
}

function numberOf(option: string, text: string): number {
  const number = Number(text)
  if (text.trim() === '' || !Number.isFinite(number)) throw usageError(`${option}: ${text} is not a number.`)
  return number
}

function whole(path: string): string {
  const [found = ''] = wholePaths([path])
  return found
}

function print(mockup: ShopMockup, templates: ShopSetup['templates'], { json }: MockupOptions): void {
  if (json) printJson({ type: 'mockup', ...mockup })
  else console.log(printable(sayMockup(mockup, templates)))
}

function sayMockup(
  { id, name, templateId, revision, placements, photo }: ShopMockup,
  templates: ShopSetup['templates'],
): string {
  const template = templates.find(({ sharedId }) => sharedId === templateId)?.name ?? templateId
  const places = placements.length === 1 ? '1 placement' : `${placements.length} placements`
  return `${name}: ${template}, ${places} on ${photo.width}x${photo.height}, revision ${revision} (${id})`
}
