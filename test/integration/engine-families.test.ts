import { join } from 'node:path'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { openEngineShop, shareServers } from '../support/engine-shop.ts'

const { sshd, backend } = await shareServers()

const SKIP = { onDuplicate: 'skip', onSimilar: 'skip' } as const

/** One drawing with another row of bars below it for each, as a shop's designs differ in a name or a year. */
async function drawFamily(folder: string, codes: readonly string[]): Promise<string[]> {
  const rings = [60, 100, 140, 180, 220].map(
    (r, at) => `<circle cx="400" cy="300" r="${r}" fill="none" stroke="hsl(${at * 50} 70% 45%)" stroke-width="22"/>`,
  )
  const paths: string[] = []
  for (const code of codes) {
    const bars = [...code].map(
      (digit, at) =>
        `<rect x="${300 + 50 * at}" y="${780 - 9 * Number(digit)}" width="28" height="${9 * Number(digit)}"/>`,
    )
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="800" height="820">${rings.join('')}${bars.join('')}</svg>`
    paths.push(join(folder, `design ${code}.png`))
    await sharp(Buffer.from(svg))
      .png()
      .toFile(paths.at(-1) ?? '')
  }
  return paths
}

test('of one drawing with other names none is skipped unasked; the same one in another size is, by a colleague as well', async () => {
  const token = await backend.addShop('families')
  await using shop = await openEngineShop({ sshd, backend, token })
  const [first = '', ...others] = await drawFamily(shop.drops, ['2019', '2018', '2011', '1974'])
  await shop.rest(await shop.drop([first], SKIP))

  const family = await shop.drop(others, SKIP)
  const receipt = await shop.rest(family)
  expect(receipt.map(({ outcome }) => outcome)).not.toContain('skipped')
  // The rule alone takes them for the same artwork.
  const asked = (await shop.items(family)).flatMap(({ stage, matches }) => (stage === 'review' ? matches : []))
  expect(asked.map(({ kind }) => kind)).toContain('near')

  const smaller = join(shop.drops, 'smaller.png')
  await sharp(first).resize(400).toFile(smaller)
  expect(await shop.rest(await shop.drop([smaller], SKIP))).toMatchObject([{ outcome: 'skipped' }])

  await using colleague = await openEngineShop({ sshd, backend, token, nasRoot: shop.nasRoot })
  const other = join(colleague.drops, 'another size.png')
  await sharp(first).resize(500).toFile(other)
  expect(await colleague.rest(await colleague.drop([other], SKIP))).toMatchObject([{ outcome: 'skipped' }])
  const larger = join(colleague.drops, 'larger.png')
  await sharp(first).resize(1600).toFile(larger)
  expect(await colleague.rest(await colleague.drop([larger], SKIP))).toMatchObject([{ outcome: 'pending' }])
})
