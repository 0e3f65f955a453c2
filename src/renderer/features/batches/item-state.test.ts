import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sampleItem } from '../../../../test/support/renderer-preview/sample.ts'
import { type FailureCode, failure } from '../../../shared/domain/failure.ts'
import type { Hold } from '../../../shared/domain/item.ts'
import { factsOf, isActive, type ShownStage, stagesWhere } from '../../../shared/domain/stages.ts'
import { en } from '../../texts/en.ts'
import { es } from '../../texts/es.ts'
import { canRetry, itemState } from './item-state.ts'

const AT = new Date(2026, 10, 30, 14, 5, 30).getTime()
const hold = { kind: 'retry-at', attempt: 2, nextTryAt: AT, failure: failure('source-busy') } as const
const item = sampleItem('b', 0, { stage: 'accepted', hold })

test('what is tried again says of what, how often and when, in both languages, and no longer than that is true', () => {
  const reasons = (leftMs: number): string[] => [en, es].map((t) => itemState(item, t, AT - leftMs, false).reason)
  expect(itemState(item, en, AT, false).word).toBe('Trying again (2)')
  expect(reasons(12_300)).toEqual([
    'The file is still being written. Next try in 13 s.',
    expect.stringContaining('. Próximo intento en 13 s.'),
  ])
  expect(reasons(200)).toEqual([expect.stringContaining('in 1 s.'), expect.stringContaining('en 1 s.')])
  expect(reasons(10 * 60_000)).toEqual([
    expect.stringMatching(/Next try at 2:05.PM\.$/),
    expect.stringMatching(/Próximo intento: 14:05\.$/),
  ])
  for (const pastMs of [0, 1, 60_000])
    expect(reasons(-pastMs)).toEqual([
      expect.stringMatching(/ Trying now\.$/),
      expect.stringMatching(/ Intentando ahora\.$/),
    ])
})

test('what another workstation sends says which and since when, and is no trouble', () => {
  const failed = failure('claimed-elsewhere', {
    says: 'held-by',
    device: 'Packing table',
    since: new Date(2026, 4, 6, 9, 5).getTime(),
  })
  const held = { kind: 'elsewhere', nextTryAt: AT, failure: failed } as const
  const item = sampleItem('b', 0, { stage: 'waiting', hold: held })
  expect(itemState(item, es, AT, false).reason).toMatch(/está enviando este diseño: Packing table, desde las 09:05\.$/)
  expect(itemState(item, en, AT, false)).toMatchObject({
    word: 'Sent elsewhere',
    tone: 'calm',
    reason: 'Another workstation of the shop is sending this design: Packing table, 09:05.',
  })
})

const anyStage = fc.constantFrom<ShownStage>(
  ...stagesWhere(() => true),
  ...(['hashing', 'verifying'] as const satisfies readonly ShownStage[]),
)
const anyHold = fc.constantFrom<Hold | null>(
  null,
  hold,
  { kind: 'paused' },
  { kind: 'library' },
  { kind: 'offline', failure: failure('nas-unreachable'), nextTryAt: AT },
)

test('without an engine each file says what was known last, and none that it moves or is tried again', () => {
  fc.assert(
    fc.property(anyStage, anyHold, fc.constantFrom(en, es), (stage, held, t) => {
      const file = sampleItem('b', 0, { stage, ...(held === null ? {} : { hold: held }) })
      const atRest = itemState(file, t, AT, true)
      const { accepted, ready, waiting, stored } = t.stages
      const stands = held?.kind === 'paused' || held?.kind === 'offline' ? held.kind : null
      if (isActive(stage)) {
        expect([atRest.tone, atRest.reason.includes(t.item.nextTry(AT, AT))]).toEqual(['calm', false])
        expect(stands === null ? [accepted, ready, waiting, stored] : [t.holds[stands]]).toContain(atRest.word)
        expect(atRest.reason !== '').toBe(stands === 'offline')
      } else expect(atRest).toEqual({ ...itemState(file, t, AT, false), word: t.stages[stage] })
      expect(itemState(file, t, AT, false).tone === 'moving').toBe(held === null && factsOf(stage).isMoving === true)
    }),
  )
})

test('Retry is offered for what failed or was cancelled, and not where no try can help', () => {
  const failed = (code: FailureCode) => sampleItem('b', 0, { stage: 'failed', failed: code })
  expect([failed('damaged-image'), failed('source-gone'), failed('backend-rejected')].every(canRetry)).toBe(true)
  for (const code of ['name-not-utf8', 'folder-unreadable', 'unsupported-format'] as const)
    expect(canRetry(failed(code)), code).toBe(false)
  for (const stage of ['uploading', 'review', 'done', 'skipped'] as const)
    expect(canRetry(sampleItem('b', 0, { stage })), stage).toBe(false)
  expect(canRetry(sampleItem('b', 0, { stage: 'cancelled' }))).toBe(true)
})
