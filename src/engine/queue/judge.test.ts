import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openTestCatalog, type TestCatalog } from '../../../test/support/catalog.ts'
import { sampleRecord } from '../../../test/support/sample-record.ts'
import type { Decision, DuplicatePolicy, Match, MatchKind } from '../../shared/domain/match.ts'
import type { Fingerprint, Pixels } from '../../shared/domain/picture.ts'
import { equalMatches, judge } from './judge.ts'

let shop: TestCatalog
beforeEach(async () => {
  shop = await openTestCatalog()
})
afterEach(() => shop[Symbol.asyncDispose]())

const here: Pixels = { digest: 'ab'.repeat(16), place: '10,20,300x400' }
const elsewhere: Pixels = { ...here, place: '0,0,280x380' }

function picture(number: number, pixels: Pixels | null): Fingerprint {
  return { ...sampleRecord(number).fingerprint, pixels }
}

async function know(number: number, pixels: Pixels | null): Promise<void> {
  const { catalog, shopId, templateId } = shop
  const [id, fileName] = [`design-${number}`, `${number}.png`]
  const design = { id, shopId, templateId, copy: 0, fileName, fingerprint: picture(number, pixels) }
  const stored = { number, remotePath: `/nas/${fileName}`, sha256: design.fingerprint.sha256 }
  await catalog.write(() => catalog.designs.addKnown(design, stored))
}

function kinds(fingerprint: Fingerprint): string[] {
  const { catalog, templateId } = shop
  return equalMatches(catalog.designs, { id: 'new', templateId, fingerprint }).map(({ kind, id }) => `${kind} ${id}`)
}

test('equal bytes come before equal pixels, and equal pixels elsewhere on the canvas are told apart', async () => {
  await know(1, elsewhere)
  await know(2, here)
  await know(3, { ...here, digest: 'cd'.repeat(16) })
  expect(kinds(picture(9, here))).toEqual(['same-artwork design-1', 'same-picture design-2'])
  expect(kinds(picture(3, here))).toEqual(['exact design-3', 'same-artwork design-1', 'same-picture design-2'])
})

test('what was hashed before pixels were kept has equal pixels with nothing', async () => {
  await know(1, null)
  expect(kinds(picture(9, here))).toEqual([])
  await know(2, here)
  expect(kinds(picture(9, null))).toEqual([])
})

describe('judge', () => {
  const match = (kind: MatchKind, id = 'design-1'): Match => ({
    kind,
    against: 'design',
    id,
    fileName: 'a.png',
    phashDistance: 0,
    dhashDistance: 0,
    correlation: 1,
  })
  const policy: DuplicatePolicy = { onDuplicate: 'skip', onSimilar: 'review' }

  test.each<[MatchKind, 'skip' | 'review']>([
    ['exact', 'skip'],
    ['same-picture', 'skip'],
    ['same-artwork', 'review'],
    ['near', 'review'],
    ['recoloured', 'review'],
    ['similar', 'review'],
  ])('%s: %s, when duplicates are skipped and a person sees the rest', (kind, verdict) => {
    expect(judge(policy, [match(kind)], () => null, 0)).toMatchObject({ kind: verdict })
  })

  test.each<[MatchKind, 'skip' | 'review']>([
    ['same-artwork', 'skip'],
    ['near', 'review'],
    ['recoloured', 'review'],
    ['similar', 'review'],
  ])('%s: %s, when what resembles is skipped, so that no other design is lost unseen', (kind, verdict) => {
    const skip: DuplicatePolicy = { ...policy, onSimilar: 'skip' }
    expect(judge(skip, [match(kind)], () => null, 0)).toMatchObject({ kind: verdict })
  })

  test('of near ones that which a closer look found to be the same is the reason to skip, wherever it stands', () => {
    const skip: DuplicatePolicy = { ...policy, onSimilar: 'skip' }
    const same: Match = { ...match('near', 'design-2'), isSame: true }
    expect(judge(skip, [match('near'), same], () => null, 0)).toEqual({ kind: 'skip', match: same, by: 'duplicate' })
    expect(judge(policy, [same], () => null, 0)).toMatchObject({ kind: 'review' })
    const recoloured: Match = { ...match('recoloured'), isSame: true }
    expect(judge(skip, [recoloured], () => null, 0)).toMatchObject({ kind: 'review' })
  })

  test('the closest match decides, and a design is named once, as what it is most', () => {
    const found = [match('near', 'design-2'), match('near'), match('same-picture')]
    expect(judge(policy, found, () => null, 0)).toEqual({
      kind: 'skip',
      match: match('same-picture'),
      by: 'duplicate',
    })
    expect(judge({ ...policy, onDuplicate: 'ask' }, found, () => null, 0)).toEqual({
      kind: 'review',
      matches: [match('same-picture'), match('near', 'design-2')],
    })
  })

  test.each<[Decision, DuplicatePolicy['onSimilar'], string]>([
    ['not-duplicate', 'review', 'upload'],
    ['variant', 'skip', 'upload'],
    ['skip', 'review', 'skip by remembered'],
    ['skip', 'skip', 'skip by remembered'],
    ['skip', 'keep', 'upload'],
  ])('%s, said before, where look-alikes mean %s: %s', (decision, onSimilar, verdict) => {
    const judged = judge({ ...policy, onSimilar }, [match('near')], () => decision, 0)
    expect('by' in judged ? `${judged.kind} by ${judged.by}` : 'kind' in judged && judged.kind).toBe(verdict)
  })

  test('what was said of one look-alike leaves another to be asked about', () => {
    const found = [match('near'), match('near', 'design-2')]
    expect(judge(policy, found, ({ id }) => (id === 'design-1' ? 'keep' : null), 0)).toEqual({
      kind: 'review',
      matches: [match('near', 'design-2')],
    })
  })
})
