import { createHash, randomUUID } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { PutMockup } from '../../src/shared/api/mockups.ts'
import type { Drawing, DrawingFiles, Point, Surface } from '../../src/shared/domain/mockup.ts'
import { startBackend } from '../support/backend.ts'
import { addShop, expectOk, startEngine } from '../support/engine.ts'
import { drawDesign } from '../support/pictures.ts'

vi.setConfig({ testTimeout: 180_000 })

const signal = new AbortController().signal
const SQUARE: Surface = quadOf([10, 10], [200, 10], [200, 200], [10, 200])
const BENT: Surface = {
  kind: 'mesh',
  points: [0, 1, 2, 3].flatMap((y) => [0, 3, 1, 2].map((x): Point => [50 + x * 60, 20 + y * 60])),
}
/** That nobody asks. */
const NAS = {
  host: '127.0.0.1',
  port: 1,
  nas: { host: '127.0.0.1', port: 1, user: 'ana', root: '/designs' },
  hostKeyFingerprint: `SHA256:${'A'.repeat(43)}`,
}

test('what a mockup does not take is not told by what it is, or is saved', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'galley-mockups-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const file = async (name: string, bytes: Uint8Array): Promise<string> => {
    await writeFile(join(folder, name), bytes)
    return join(folder, name)
  }
  // Without a backend: the service of this computer keeps them, on PGlite.
  await using engine = startEngine(join(folder, 'data'))
  const { shopId, templateId } = await addShop(engine, { sshd: NAS, backendUrl: null })
  const photo = await file('photo.png', await even(400, 300).png().toBuffer())
  const design = await drawDesign(2, { width: 400, height: 300 })
  const cut = await file('cut.png', design.subarray(0, design.length / 2))
  const save = (part: { photo?: string; surface?: Surface; mask?: string }, seen?: number) => {
    const { surface = SQUARE, mask = null } = part
    const rest = { blend: 'normal', opacity: 1, shading: null, displacement: null } as const
    const files: DrawingFiles = {
      photo: part.photo ?? photo,
      placements: [{ surface, mask, ...rest }],
      quality: 90,
      watermark: null,
    }
    return engine.peer.call('saveMockup', { ...files, templateId, name: 'wall', rank: 1, ...(seen && { seen }) })
  }
  const at = (path: string, what: object) => ({ code: 'mockup-wrong', detail: { says: 'at', path, what } })
  const placed = (says: string) => ({ code: 'mockup-wrong', detail: { says: 'placement', number: 1, what: { says } } })

  const large = await file('large.png', await even(9000, 6000).png().toBuffer())
  const press = await file('press.jpg', await even(400, 300).toColourspace('cmyk').jpeg().toBuffer())
  const text = await file('photo.jpg', Buffer.from('no picture'))
  const small = await file('mask.png', await even(40, 30).png().toBuffer())
  const ofPhoto = { width: 400, height: 300 }
  const cases: [Parameters<typeof save>[0], object][] = [
    [{ photo: cut }, at(cut, { says: 'damaged-picture' })],
    [{ photo: large }, at(large, { says: 'pixels-of', width: 9000, height: 6000, most: 50e6 })],
    [{ photo: press }, at(press, { says: 'cmyk-picture' })],
    [{ photo: text }, at(text, { says: 'looks-like', kind: 'text' })],
    [{ photo: join(folder, 'none.png') }, { code: 'source-gone' }],
    [{ mask: cut }, at(cut, { says: 'damaged-picture' })],
    [{ mask: small }, at(small, { says: 'mask-of-other-size', width: 40, height: 30, ofPhoto })],
    [{ surface: quadOf([10, 10], [200, 200], [200, 10], [10, 200]) }, placed('quad-twisted')],
    [{ surface: quadOf([10, 10], [200, 10], [40, 40], [10, 200]) }, placed('quad-twisted')],
    [{ surface: quadOf([500, 10], [700, 10], [700, 200], [500, 200]) }, placed('off-photo')],
    [{ surface: quadOf([10, 10], [200, 10], [200, 10], [10, 10]) }, placed('surface-empty')],
    [{ surface: BENT }, placed('mesh-folds')],
  ]
  for (const [part, failure] of cases) expect.soft(await save(part)).toMatchObject({ ok: false, failure })
  expect(expectOk(await engine.peer.call('listMockups', { shopId }))).toEqual([])

  expect(expectOk(await save({}))).toMatchObject({ isSaved: true, mockup: { name: 'wall', revision: 1 } })
  expect(await save({})).toMatchObject({ failure: { detail: { says: 'mockup-exists', name: 'wall' } } })
  const changed = expectOk(await save({ surface: quadOf([20, 10], [200, 10], [200, 200], [10, 200]) }, 1))
  expect(changed).toMatchObject({ isSaved: true, mockup: { revision: 2 } })
  expect(expectOk(await save({}, 1))).toEqual({ isSaved: false, mockup: changed.mockup })
  expect(expectOk(await engine.peer.call('checkMockups', { shopId }))).toEqual(
    [{ ...changed, failure: null }].map(({ mockup, failure }) => ({ mockup, failure })),
  )

  const render = (path: string, to: string) =>
    engine.peer.call('renderMockup', { shopId, mockupId: changed.mockup.id, path, to })
  expectOk(await render(small, join(folder, 'out.jpg')))
  expect(await sharp(join(folder, 'out.jpg')).metadata()).toMatchObject({ format: 'jpeg', width: 400, height: 300 })

  // A mask may be told by its transparency.
  const left = { input: await even(200, 300).png().toBuffer(), left: 0, top: 0 }
  const cutOut = await file('cut-out.png', await clear(400, 300).composite([left]).png().toBuffer())
  expectOk(await save({ mask: cutOut, surface: quadOf([0, 0], [400, 0], [400, 300], [0, 300]) }, 2))
  const blue = await file('blue.png', await even(500, 400, '#0000ff').png().toBuffer())
  expectOk(await render(blue, join(folder, 'blue.jpg')))
  const { data } = await sharp(join(folder, 'blue.jpg')).raw().toBuffer({ resolveWithObject: true })
  const blueAt = (x: number): number => Math.round((data[(150 * 400 + x) * 3 + 2] ?? 0) / 10) * 10
  expect([blueAt(100), blueAt(300)]).toEqual([250, 130])

  expect(await render(cut, join(folder, 'out.jpg'))).toMatchObject({ failure: { code: 'damaged-image' } })
  expect(await render(small, join(photo, 'out.jpg'))).toMatchObject({ failure: { code: 'folder-unwritable' } })
})

test('the service keeps a mockup that lacks its template or pictures, cannot be drawn, or overrules a later one', async () => {
  await using service = await startBackend()
  const one = service.client(await service.addShop('shop'))
  const other = service.client((await service.backend.addToken('shop', 'other'))?.token ?? '')
  const stranger = service.client(await service.addShop('other shop'))
  const bytes = new Uint8Array(await even(400, 300).jpeg().toBuffer())
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const templateId = randomUUID()
  const drawing: Drawing = {
    photo: { sha256, width: 400, height: 300 },
    placements: [{ surface: SQUARE, mask: null, blend: 'normal', opacity: 1, shading: null, displacement: null }],
    quality: 90,
    watermark: null,
  }
  const sent: PutMockup = { ...drawing, templateId, name: 'wall', rank: 2, revision: 0 }
  const id = randomUUID()
  const refused = async (mockup: PutMockup): Promise<unknown> => {
    const answer = await one.putMockup(id, mockup, signal)
    return answer.ok ? answer.value : answer.failure.detail
  }

  expect(await refused(sent)).toMatch(/^mockup-template:/)
  const rules = { widthInches: 4, heightInches: 4, dpi: 300, fit: 'contain', namePattern: '{number}' } as const
  const template = { ...rules, name: 'Cup', code: 'Cup', folder: 'shop/Cup', placeId: null, revision: 0 }
  expectOk(await one.putTemplate(templateId, template, signal))
  // What another shop has is not this one's.
  expectOk(await stranger.putBlob(sha256, bytes, signal))
  expect(await refused(sent)).toMatch(/^mockup-pictures:/)
  expectOk(await one.putBlob(sha256, bytes, signal))
  const twisted: Surface = quadOf([10, 10], [200, 200], [200, 10], [10, 200])
  const [placement] = drawing.placements
  if (placement === undefined) throw new Error('no placement')
  expect(await refused({ ...sent, placements: [{ ...placement, surface: twisted }] })).toMatch(/^mockup-wrong:/)
  expect(await refused({ ...sent, revision: 3 })).toMatch(/^not-found:/)

  const made = expectOk(await one.putMockup(id, sent, signal))
  expect(made).toMatchObject({ isKept: true, current: { id, revision: 1 } })
  // The answer was lost, and it is sent again.
  expect(expectOk(await one.putMockup(id, sent, signal))).toEqual(made)
  const changed = expectOk(await other.putMockup(id, { ...sent, quality: 80, revision: 1 }, signal))
  expect(changed).toMatchObject({ isKept: true, current: { quality: 80, revision: 2 } })
  expect(expectOk(await one.putMockup(id, { ...sent, quality: 70, revision: 1 }, signal))).toEqual({
    ...changed,
    isKept: false,
  })
  expect(expectOk(await one.putMockup(randomUUID(), sent, signal))).toEqual({ ...changed, isKept: false })
  const first = expectOk(await one.putMockup(randomUUID(), { ...sent, name: 'cup', rank: 1 }, signal))
  expect(expectOk(await other.mockups(signal))).toEqual([first.current, changed.current])
  expect(expectOk(await stranger.mockups(signal))).toEqual([])
})

function quadOf(...corners: [Point, Point, Point, Point]): Surface {
  return { kind: 'quad', corners }
}

function even(width: number, height: number, background = '#808080') {
  return sharp({ create: { width, height, channels: 3, background } })
}

function clear(width: number, height: number) {
  return sharp({ create: { width, height, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } } })
}
