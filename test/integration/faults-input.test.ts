import { randomUUID } from 'node:crypto'
import { copyFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp, { type Sharp } from 'sharp'
import { expect, test } from 'vitest'
import { animated, vastPng } from '../support/bad-pictures.ts'
import { expectOk } from '../support/engine.ts'
import { openEngineShop, shareServers, writeDesigns } from '../support/engine-shop.ts'
import { drawDesign } from '../support/pictures.ts'

const { sshd, backend } = await shareServers()

test('[CMYK, 16-bit, animated, huge, SVG with references] each picture of an unusual kind has its own outcome, and holds no other', async () => {
  await using shop = await openEngineShop({ sshd, backend })
  const flat = async (seed: number): Promise<Sharp> =>
    sharp(await drawDesign(seed, { width: 300, height: 350 })).flatten({ background: '#fff' })
  const stored = {
    'cmyk.jpg': await (await flat(1)).toColourspace('cmyk').jpeg().toBuffer(),
    'deep.png': await (await flat(2)).toColourspace('rgb16').png().toBuffer(),
    'moving.gif': await animated('gif'),
    'moving.webp': await animated('webp'),
    // Taken for what it is, whatever it is called.
    'really a jpeg.png': await (await flat(3)).jpeg().toBuffer(),
  }
  const refused = {
    'huge.png': vastPng(30_000, 30_000, 2),
    'drawing.svg': Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>'),
  }
  for (const [name, bytes] of Object.entries({ ...stored, ...refused })) await writeFile(join(shop.drops, name), bytes)
  const bad = await shop.drop(Object.keys(refused).map((name) => join(shop.drops, name)))
  expect((await shop.rest(bad)).map(({ reason }) => reason)).toEqual(['unsupported-format', 'too-many-pixels'])

  const sources = Object.keys(stored).map((name) => join(shop.drops, name))
  const batchId = await shop.drop(sources, { onDuplicate: 'keep', onSimilar: 'keep' })
  expect(await shop.differences(batchId, sources)).toEqual([])
  const records = new Map(
    (await shop.records()).map(({ originalName, picture, fileName }) => [originalName, { ...picture, fileName }]),
  )
  expect(records.get('cmyk.jpg')).toMatchObject({ colourSpace: 'cmyk', fileName: expect.stringMatching(/\.jpg$/) })
  expect(records.get('deep.png')).toMatchObject({ colourSpace: 'rgb16' })
  expect(records.get('moving.gif')).toMatchObject({ pages: 3 })
  expect(records.get('really a jpeg.png')).toMatchObject({ fileName: expect.stringMatching(/\.jpg$/) })
})

const FOX = '\u{1f98a}'
const TURNED = '\u202e'

test('[reserved name, trailing dot or space, NFC and NFD, 255 bytes, emoji, RTL, ../] odd names of files, templates and shops are kept in the records, and tame on the NAS', async () => {
  await using shop = await openEngineShop({ sshd, backend })
  const { peer } = shop.engine
  const nas = { ...sshd.nas, root: shop.nasRoot }
  const named = { id: shop.shopId, name: '../../Shop. .', kind: 'real', nas, backendUrl: backend.url } as const
  expectOk(await peer.call('saveShop', named))
  const rows = [
    { file: 'CON.png', template: 'CON', onNas: ['_CON', '1 CON.png'] },
    { file: 'aux .png. ', template: 'Mugs. .', onNas: ['Mugs', '1 Mugs.png'] },
    { file: 'cafe\u0301.png', template: 'cafe\u0301', onNas: ['caf\u00e9', '1 caf\u00e9.png'] },
    { file: 'caf\u00e9.png', template: 'th\u00e9', onNas: ['th\u00e9', '1 th\u00e9.png'] },
    {
      file: `${'x'.repeat(251)}.png`,
      template: `F${FOX.repeat(80)}`,
      onNas: [`F${FOX.repeat(35)}`, `1 F${FOX.repeat(33)}_1.png`],
    },
    { file: `${FOX} fox.png`, template: `Fox ${FOX}`, onNas: [`Fox ${FOX}`, `1 Fox ${FOX}.png`] },
    {
      file: `\u05e2\u05d9\u05e6\u05d5\u05d1${TURNED}gnp.png`,
      template: `\u05e2${TURNED}\u05d1`,
      onNas: ['\u05e2\u05d1', '1 \u05e2\u05d1.png'],
    },
    { file: '..\\..\\up.png', template: '../../up', onNas: ['_.._up', '1 .._.._up.png'] },
  ]
  const sources = await writeDesigns(
    join(shop.drops, 'plain'),
    rows.map((_, seed) => seed),
  )
  for (const [seed, { file, template }] of rows.entries()) {
    const print = {
      widthInches: 5,
      heightInches: 5,
      dpi: 300,
      fit: 'contain',
      namePattern: '{number} {template}',
    } as const
    const id = randomUUID()
    expectOk(await peer.call('saveTemplate', { id, shopId: shop.shopId, name: template, ...print }))
    await copyFile(sources[seed] ?? '', join(shop.drops, file))
    const receipt = await shop.rest(await shop.drop([join(shop.drops, file)], {}, id))
    expect(receipt).toMatchObject([{ outcome: 'done', fileName: file }])
  }
  const files = (await readdir(shop.nasRoot, { recursive: true, withFileTypes: true })).filter((entry) =>
    entry.isFile(),
  )
  const folder = join(shop.nasRoot, '_.._Shop')
  const places = rows.map(({ onNas }) => join(folder, ...onNas))
  expect(files.map(({ parentPath, name }) => join(parentPath, name)).sort()).toEqual(places.sort())
  const records = await shop.records()
  expect(records.map(({ originalName }) => originalName)).toEqual(rows.map(({ file }) => file))
  expect(records.map(({ remotePath }) => remotePath).sort()).toEqual(places.sort())
})
