import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openTestCatalog, type TestCatalog } from '../../../test/support/catalog.ts'
import { expectOk } from '../../../test/support/engine.ts'
import { DEFAULT_MATCHING } from '../../shared/domain/match.ts'
import { type Fingerprint, HASH_ALGORITHM_VERSION } from '../../shared/domain/picture.ts'
import { signatureOf } from '../signature.ts'
import { DETAIL_BYTES, ENTRY_BYTES } from './index-entry.ts'
import { openIndexFile } from './index-file.ts'
import { resemblanceOf } from './rule.ts'
import { MOST_FOUND } from './search.ts'
import { createSimilarityIndex, type SimilarityIndex } from './similarity-index.ts'

let shop: TestCatalog
let index: SimilarityIndex
beforeEach(async () => {
  shop = await openTestCatalog()
  index = openIndex()
})
afterEach(async () => {
  await index.close()
  await shop[Symbol.asyncDispose]()
})

const folder = (): string => join(shop.dataDir, 'index')
const openIndex = (): SimilarityIndex => createSimilarityIndex(shop.catalog.designs, folder())
const indexFile = (): string => join(folder(), readdirSync(folder())[0] ?? '')
const detailFile = (): string => `${indexFile()}.details`

const bits = fc.array(fc.nat({ max: 63 }), { maxLength: 16, size: 'max' })

/** Artwork of families so small that all of one are told, each hash some bits away from its family's, so that all sides of every limit occur. */
const fingerprints = fc
  .record({
    family: fc.nat({ max: 7 }),
    flips: fc.tuple(bits, bits, bits, bits),
    hasFrame: fc.boolean(),
    tilt: fc.integer({ min: -3, max: 3 }),
    lowVariance: fc.nat({ max: 9 }).map((n) => n === 0),
    old: fc.nat({ max: 9 }).map((n) => n === 0),
  })
  .map(({ family, flips, hasFrame, tilt, lowVariance, old }): Fingerprint => {
    const hash = createHash('sha256').update(`family ${family}`).digest()
    for (const [i, bits] of flips.entries()) {
      for (const bit of bits) hash[i * 8 + (bit >> 3)] = (hash[i * 8 + (bit >> 3)] ?? 0) ^ (1 << (bit & 7))
    }
    // A grain whose parts are all as bright as the whole, but for the tilt: it decides the average hash.
    const grain = (i: number): number => ((i * (7 + family)) & 0xff) * 0.7
    const luma = Uint8Array.from({ length: 576 }, (_, i) => 40 + grain(i) + tilt * ((i % 24) - 12))
    const [phash, dhash] = [hash.toString('hex', 0, 8), hash.toString('hex', 8, 16)]
    const chroma = Buffer.alloc(72, family * tilt * 9).toString('base64')
    const encoded = Buffer.from(luma).toString('base64')
    const framed = { phash: hash.toString('hex', 16, 24), dhash: hash.toString('hex', 24), luma: encoded, chroma }
    return {
      sha256: '00'.repeat(32),
      hashes: { phash, dhash, ahash: phash, whash: phash, blockhash: phash },
      pixels: null,
      matte: 'light',
      luma: encoded,
      chroma,
      framed: hasFrame ? framed : null,
      lowVariance,
      algorithmVersion: old ? HASH_ALGORITHM_VERSION - 1 : HASH_ALGORITHM_VERSION,
    }
  })

interface Known {
  readonly id: string
  readonly fingerprint: Fingerprint
}

const AGREED = { isWhole: true, designs: 0, behind: 0, removed: 0, wrong: 0 }

let made = 0
async function add(...fingerprints: readonly Fingerprint[]): Promise<Known[]> {
  const { catalog, shopId, templateId } = shop
  const known = fingerprints.map((fingerprint) => ({ id: `design-${++made}`, fingerprint }))
  await catalog.write(() => {
    for (const { id, fingerprint } of known) {
      catalog.designs.addPending({ id, shopId, templateId, copy: made++, fileName: `${id}.png`, fingerprint })
    }
  })
  return known
}

/** What plainly comparing everything with everything finds. */
function bruteForce(known: readonly Known[], queries: readonly Known[]): string[][] {
  return queries.map((query) =>
    known
      .filter(
        ({ id, fingerprint }) =>
          id !== query.id && resemblanceOf(query.fingerprint, fingerprint, DEFAULT_MATCHING) !== null,
      )
      .map(({ id }) => id)
      .sort(),
  )
}

async function found(queries: readonly Known[]): Promise<string[][]> {
  const near = expectOk(await index.query(shop.templateId, queries, DEFAULT_MATCHING))
  return near.map((list) => list.map(({ id }) => id).sort())
}

const current = ({ fingerprint }: Known): boolean => fingerprint.algorithmVersion === HASH_ALGORITHM_VERSION
/** One fingerprint that can be found. */
const ordinary = (): Fingerprint => {
  const [first] = fc.sample(fingerprints, { numRuns: 1, seed: 3 })
  if (first === undefined) throw new Error('no fingerprint')
  return { ...first, lowVariance: false, algorithmVersion: HASH_ALGORITHM_VERSION }
}

describe('the similarity index', () => {
  test('finds what brute force finds, while designs come and go and it is closed and opened', {
    timeout: 60_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fingerprints, { minLength: 1, maxLength: 40, size: 'max' }),
        fc.array(fingerprints, { minLength: 1, maxLength: 40, size: 'max' }),
        fc.array(fc.nat(), { maxLength: 20 }),
        async (first, second, gone) => {
          const { catalog } = shop
          let known = await add(...first)
          const queries = known.filter(current)
          expect(await found(queries)).toEqual(bruteForce(known, queries))
          const removed = new Set(gone.map((n) => known[n % known.length]?.id))
          await catalog.write(() => removed.forEach((id) => void catalog.designs.removePending(id ?? '')))
          known = known.filter(({ id }) => !removed.has(id))
          await index.close()
          index = openIndex()
          known.push(...(await add(...second)))
          const later = known.filter(current)
          expect(await found(later)).toEqual(bruteForce(known, later))
          await catalog.write(() => known.forEach(({ id }) => void catalog.designs.removePending(id)))
        },
      ),
      { numRuns: 10 },
    )
  })

  test('cut or changed at any byte it is made again, and never wrong', { timeout: 120_000 }, async () => {
    const known = await add(...fc.sample(fingerprints, { numRuns: 30, seed: 7 }))
    const queries = known.filter((one) => current(one) && bruteForce(known, [one]).flat().length > 0).slice(0, 3)
    const expected = bruteForce(known, queries)
    expect(expected.flat().length).toBeGreaterThan(2)
    expect(await found(queries)).toEqual(expected)
    await index.close()
    const whole = readFileSync(indexFile())
    const damages = fc.sample(fc.tuple(fc.nat({ max: whole.length - 1 }), fc.boolean(), fc.nat({ max: 7 })), 1000)
    for (const [at, isCut, bit] of damages) {
      if (isCut) truncateSync(indexFile(), at)
      else
        writeFileSync(
          indexFile(),
          whole.map((byte, i) => (i === at ? byte ^ (1 << bit) : byte)),
        )
      index = openIndex()
      expect(await found(queries)).toEqual(expected)
      await index.close()
      expect(readFileSync(indexFile()).equals(whole)).toBe(true)
    }
  })

  test('a detail that was cut or changed is found out before anything is judged by it', {
    timeout: 60_000,
  }, async () => {
    const known = await add(...fc.sample(fingerprints, { numRuns: 30, seed: 7 }))
    const queries = known.filter(current)
    const expected = bruteForce(known, queries)
    expect(await found(queries)).toEqual(expected)
    await index.close()
    const whole = readFileSync(detailFile())
    const damages = fc.sample(fc.tuple(fc.nat({ max: whole.length - 1 }), fc.boolean(), fc.nat({ max: 7 })), 300)
    let unseen = 0
    for (const [at, isCut, bit] of damages) {
      if (isCut) truncateSync(detailFile(), at)
      else
        writeFileSync(
          detailFile(),
          whole.map((byte, i) => (i === at ? byte ^ (1 << bit) : byte)),
        )
      index = openIndex()
      expect(await index.verify(shop.templateId)).toMatchObject({ isWhole: false })
      expect(await found(queries)).toEqual(expected)
      const isMended = readFileSync(detailFile()).equals(whole)
      unseen += Number(!isMended)
      if (!isMended) await index.rebuild(shop.templateId)
      expect(readFileSync(detailFile()).equals(whole)).toBe(true)
      await index.close()
    }
    // Some details no query came near; most were read, and made again.
    expect(unseen).toBeLessThan(damages.length / 2)
    index = openIndex()
  })

  test('of a large family it tells the closest that are still there, and no more', async () => {
    const fingerprint = ordinary()
    const known = await add(...Array.from({ length: 3 * MOST_FOUND }, () => fingerprint))
    const [query, ...others] = known
    if (query === undefined) throw new Error('nothing was added')
    const noisy = Buffer.from(fingerprint.luma, 'base64').map((value, i) => value + (i % 5 === 0 ? 3 : 0))
    const less = { ...fingerprint, luma: Buffer.from(noisy).toString('base64'), framed: null }
    const other = { ...fingerprint, chroma: Buffer.alloc(72, 60).toString('base64'), framed: null }
    expect([less, other].map((one) => resemblanceOf(fingerprint, one, DEFAULT_MATCHING)?.kind)).toEqual([
      'near',
      'recoloured',
    ])
    const further = [...(await add(less, less)), ...(await add(other, other))]
    const tell = async () => expectOk(await index.query(shop.templateId, [query], DEFAULT_MATCHING))[0] ?? []
    expect((await tell()).map(({ id }) => id)).toEqual(others.slice(0, MOST_FOUND).map(({ id }) => id))
    const gone = others.slice(0, -3)
    await shop.catalog.write(() => {
      for (const { id } of gone) shop.catalog.designs.removePending(id)
    })
    const left = [...others.slice(-3), ...further].map(({ id }) => id)
    expect((await tell()).map(({ id }) => id)).toEqual(left)
  })

  test('leaves out what was removed when it is made anew, and finds the same', async () => {
    const fingerprint = ordinary()
    const known = await add(fingerprint, fingerprint, fingerprint, fingerprint)
    expect(await index.verify(shop.templateId)).toEqual({ ...AGREED, designs: 0, behind: 4 })
    await found(known)
    expect(await index.verify(shop.templateId)).toEqual({ ...AGREED, designs: 4 })
    const [first, second, third, fourth] = known
    await shop.catalog.write(() => {
      for (const { id } of [first, third, fourth].filter((one) => one !== undefined))
        shop.catalog.designs.removePending(id)
    })
    known.push(...(await add(fingerprint)))
    expect(await index.verify(shop.templateId)).toEqual({ ...AGREED, designs: 1, behind: 1, removed: 3 })
    expect(await index.rebuild(shop.templateId)).toBe(2)
    expect(await index.verify(shop.templateId)).toEqual({ ...AGREED, designs: 2 })
    expect(readFileSync(indexFile()).length).toBe(40 + 2 * ENTRY_BYTES)
    expect(readFileSync(detailFile()).length).toBe(2 * DETAIL_BYTES)
    const left = [second, known[4]].filter((one) => one !== undefined)
    expect(await found(left)).toEqual(bruteForce(left, left))
  })

  test('says what differs from the catalog, and mends it', async () => {
    const fingerprint = ordinary()
    const known = await add(fingerprint, fingerprint, fingerprint)
    await found(known)
    const whole = readFileSync(indexFile())
    // Another machine's file: checksums that are right for other hashes.
    const other = await openIndexFile(indexFile())
    await other.clear()
    const signature = signatureOf(fingerprint)
    await other.append([1, 3].map((rowid) => ({ ...signature, rowid, hashes: Buffer.alloc(32, rowid) })))
    await other.close()
    await index.close()
    index = openIndex()
    expect(await index.verify(shop.templateId)).toEqual({ ...AGREED, designs: 0, wrong: 3 })
    await index.rebuild(shop.templateId)
    expect(readFileSync(indexFile()).equals(whole)).toBe(true)
    writeFileSync(
      indexFile(),
      whole.map((byte, i) => (i === 60 ? byte ^ 1 : byte)),
    )
    const damaged = { ...AGREED, isWhole: false }
    expect(await index.verify(shop.templateId)).toEqual(damaged)
    await index.close()
    index = openIndex()
    expect(await index.verify(shop.templateId)).toEqual(damaged)
    await index.rebuild(shop.templateId)
    expect(readFileSync(indexFile()).equals(whole)).toBe(true)
  })

  test('answers while designs are added: all that were there before, whatever is written meanwhile', async () => {
    const fingerprint = ordinary()
    const known = await add(fingerprint, fingerprint)
    const answers: Promise<string[][]>[] = []
    for (let i = 0; i < 20; i++) {
      answers.push(found(known))
      known.push(...(await add(fingerprint)))
    }
    for (const [i, answer] of (await Promise.all(answers)).entries()) {
      const before = known.slice(0, 2 + i).map(({ id }) => id)
      expect(before.every((id) => (answer[1] ?? []).includes(id) || id === known[1]?.id)).toBe(true)
    }
  })

  test('goes on where it was: entries that a killed process wrote without the header are written over', async () => {
    const fingerprint = ordinary()
    const known = await add(fingerprint)
    await found(known)
    await index.close()
    writeFileSync(indexFile(), Buffer.alloc(100, 0xff), { flag: 'a' })
    index = openIndex()
    known.push(...(await add(fingerprint, fingerprint)))
    expect(await found(known)).toEqual(bruteForce(known, known))
  })

  test('that knows more than the catalog, as after a copy was put back, begins anew', async () => {
    const fingerprint = ordinary()
    const far = 'f0'.repeat(8)
    const another: Fingerprint = {
      ...fingerprint,
      framed: null,
      hashes: { ...fingerprint.hashes, phash: far, dhash: far },
    }
    const ahead = await openTestCatalog()
    const other = createSimilarityIndex(ahead.catalog.designs, folder())
    for (let i = 0; i < 5; i++) {
      const { shopId, templateId } = ahead
      const design = { id: `x${i}`, shopId, templateId, copy: i, fileName: 'x.png', fingerprint: another }
      await ahead.catalog.write(() => ahead.catalog.designs.addPending(design))
    }
    await other.query(ahead.templateId, [{ id: 'x0', fingerprint }], DEFAULT_MATCHING)
    await other.close()
    await ahead[Symbol.asyncDispose]()
    const known = await add(fingerprint, fingerprint)
    expect(await found(known)).toEqual(bruteForce(known, known))
  })
})
