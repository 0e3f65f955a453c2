import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { FailureCode } from '../../src/shared/domain/failure.ts'
import { vastPng } from '../support/bad-pictures.ts'
import { type ImagingWorker, startImagingWorker } from '../support/imaging-worker.ts'
import { drawDesign } from '../support/pictures.ts'

let worker: ImagingWorker
beforeAll(async () => {
  worker = await startImagingWorker()
})
afterAll(() => worker.stop())

const size = { width: 300, height: 360 }
const text = (content: string): Buffer => Buffer.from(content, 'latin1')
const cut = (bytes: Buffer): Buffer => bytes.subarray(0, Math.floor(bytes.length * 0.6))
const external = '<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd" width="9" height="9"/></svg>'

const refused: readonly (readonly [name: string, code: FailureCode, make: () => Buffer | Promise<Buffer>])[] = [
  ['empty.png', 'empty-file', () => Buffer.alloc(0)],
  ['letter.png', 'unsupported-format', () => text('Dear printer,\nthe design is attached.\n')],
  ['picture.bmp', 'unsupported-format', () => text(`BM${'\0'.repeat(60)}`)],
  ['artwork.psd', 'unsupported-format', () => text(`8BPS\0\x01${'\0'.repeat(60)}`)],
  ['drawing.svg', 'unsupported-format', () => text(external)],
  ['drawing-named.png', 'unsupported-format', () => text(external)],
  ['cut.png', 'damaged-image', async () => cut(await drawDesign(1, size))],
  [
    'cut.jpg',
    'damaged-image',
    async () =>
      cut(
        await sharp(await drawDesign(1, size))
          .jpeg()
          .toBuffer(),
      ),
  ],
  [
    'cut.webp',
    'damaged-image',
    async () =>
      cut(
        await sharp(await drawDesign(1, size))
          .webp()
          .toBuffer(),
      ),
  ],
  ['header-only.png', 'damaged-image', async () => (await drawDesign(1, size)).subarray(0, 20)],
  ['jpeg-start.jpg', 'damaged-image', () => text('\xff\xd8\xff\xe0\0\x10JFIF\0')],
  ['30000x30000.png', 'too-many-pixels', () => vastPng(30_000, 30_000, 2)],
  ['16000x16000.png', 'too-many-pixels', () => vastPng(16_000, 16_000, 6)],
  ['interlaced.png', 'too-many-pixels', () => vastPng(8_000, 8_000, 6, { interlaced: true })],
  ['100000x100.png', 'aspect-ratio', () => vastPng(100_000, 100, 2)],
]

describe('an imaging worker', () => {
  it.each(refused)('[huge, SVG with references] refuses %s: %s', async (name, code, make) => {
    const examined = await worker.examine(name, await make())
    expect(examined).toMatchObject({ ok: false, failure: { code } })
  })

  it('says what a refused file looks like instead of a bare code', async () => {
    const examined = await worker.examine('x.png', text('8BPS\0\x01'))
    expect(examined).toMatchObject({ ok: false, failure: { detail: 'it looks like a Photoshop document' } })
  })

  it('refuses what is not there, and what is not a file', async () => {
    const gone = await worker.peer.call('examine', { path: join(worker.folder, 'nowhere.png') })
    expect(gone).toMatchObject({ ok: false, failure: { code: 'source-gone' } })
    await mkdir(join(worker.folder, 'folder.png'))
    const folder = await worker.peer.call('examine', { path: join(worker.folder, 'folder.png') })
    expect(folder).toMatchObject({ ok: false, failure: { code: 'source-unreadable' } })
  })

  it('goes on with good pictures after all of these, its memory bounded', async () => {
    const examined = await worker.examine('good.png', await drawDesign(1, size))
    expect(examined.ok).toBe(true)
    const vitals = await worker.peer.call('vitals', null)
    expect(vitals.ok && vitals.value.peakRssBytes / 2 ** 20).toBeLessThan(250)
  })
})
