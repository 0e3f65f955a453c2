import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  SAMPLE_STATES,
  sampleExamination,
  sampleItem,
  samplePrepared,
  sampleStored,
} from '../../../test/support/sample-item.ts'
import { failure } from '../../shared/domain/failure.ts'
import { type Item, preparedOf } from '../../shared/domain/item.ts'
import { decisionSchema } from '../../shared/domain/match.ts'
import { isEnded, isInHand, isToSend, type Stage } from '../../shared/domain/stages.ts'
import { type ItemEvent, MAX_ATTEMPTS, MAX_WORKER_DEATHS, transition } from './transition.ts'

const source = { path: '/drop/a.png', fileName: 'a.png', sizeBytes: 11, mtimeMs: 21 }
const match = {
  kind: 'exact',
  against: 'design',
  id: 'other',
  fileName: 'b.png',
  phashDistance: 0,
  dhashDistance: 0,
  correlation: 1,
} as const

/** Some of each type there is. */
const EVENTS: readonly ItemEvent[] = Object.values({
  claimed: [{ type: 'claimed' }],
  examined: [{ type: 'examined', examination: sampleExamination }],
  matched: [
    { type: 'matched', verdict: { kind: 'upload', copy: 1 }, isPrepared: false },
    { type: 'matched', verdict: { kind: 'upload', copy: 1 }, isPrepared: true },
    { type: 'matched', verdict: { kind: 'review', matches: [match] }, isPrepared: true },
    { type: 'matched', verdict: { kind: 'skip', match, by: 'duplicate' }, isPrepared: true },
  ],
  decided: [
    { type: 'decided', decision: 'keep', copy: 2, isPrepared: false },
    { type: 'decided', decision: 'skip', copy: 2, isPrepared: false },
    { type: 'decided', decision: 'replace', copy: 2, isPrepared: false },
    { type: 'decided', decision: 'variant', copy: 2, isPrepared: true },
    { type: 'decided', decision: 'not-duplicate', copy: 2, isPrepared: false },
  ],
  'stored-elsewhere': [{ type: 'stored-elsewhere' }],
  undone: [{ type: 'undone' }],
  'replacement-undone': [{ type: 'replacement-undone' }],
  prepared: [{ type: 'prepared', prepared: samplePrepared }, { type: 'prepared' }],
  stored: [{ type: 'stored', stored: sampleStored }],
  recorded: [{ type: 'recorded' }],
  'found-recorded': [{ type: 'found-recorded', examination: sampleExamination, stored: sampleStored }],
  'attempt-failed': [{ type: 'attempt-failed', failure: failure('nas-failure') }],
  released: [{ type: 'released' }],
  'worker-died': [{ type: 'worker-died' }],
  'source-changed': [{ type: 'source-changed', source }],
  failed: [{ type: 'failed', failure: failure('damaged-image') }],
  cancelled: [{ type: 'cancelled' }],
  retried: [{ type: 'retried' }],
} satisfies { readonly [T in ItemEvent['type']]: readonly Extract<ItemEvent, { type: T }>[] }).flat()

const sampleReview = { stage: 'review', examination: sampleExamination, matches: [match] } as const
const anyEvent = fc.constantFrom(...EVENTS)
const anyState = fc.constantFrom(...SAMPLE_STATES)

/** Applies the events that the item takes; all states on the way, the first included. */
function walk(item: Item, events: readonly ItemEvent[]): Item[] {
  const seen = [item]
  for (const event of events) {
    const next = transition(seen.at(-1) ?? item, event)
    if (next !== null) seen.push(next)
  }
  return seen
}

describe('transition', () => {
  test.each<[Stage, ItemEvent['type'], Stage]>([
    ['accepted', 'claimed', 'inspecting'],
    ['inspecting', 'examined', 'matching'],
    ['ready', 'claimed', 'preparing'],
    ['preparing', 'prepared', 'waiting'],
    ['preparing', 'released', 'ready'],
    ['preparing', 'worker-died', 'ready'],
    ['preparing', 'source-changed', 'accepted'],
    ['waiting', 'claimed', 'uploading'],
    ['uploading', 'stored', 'stored'],
    ['stored', 'claimed', 'recording'],
    ['recording', 'recorded', 'done'],
    ['waiting', 'found-recorded', 'done'],
    ['inspecting', 'released', 'accepted'],
    ['uploading', 'released', 'waiting'],
    ['waiting', 'stored-elsewhere', 'matching'],
    ['ready', 'stored-elsewhere', 'matching'],
    ['uploading', 'source-changed', 'accepted'],
    ['recording', 'failed', 'failed'],
  ])('%s, %s: %s', (from, type, to) => {
    const event = EVENTS.find((one) => one.type === type) ?? { type: 'claimed' }
    expect(transition(sampleItem(from), event)?.state.stage).toBe(to)
  })

  test('what is claimed is given back as it was, from every stage that a lane takes up', () => {
    for (const state of SAMPLE_STATES) {
      const claimed = transition(sampleItem(state.stage, { state }), { type: 'claimed' })
      const returned = claimed === null ? null : transition(claimed, { type: 'released' })
      expect(returned?.state ?? null).toEqual(claimed === null ? null : state)
      expect(isInHand(claimed?.state.stage ?? 'uploading')).toBe(true)
    }
  })

  test('of all decisions only a skip keeps a file from being uploaded', () => {
    const stages = decisionSchema.options.map((decision) => {
      const decided = transition(sampleItem('review'), { type: 'decided', decision, copy: 0, isPrepared: false })
      return [decision, decided?.state.stage]
    })
    expect(Object.fromEntries(stages)).toEqual({
      skip: 'skipped',
      keep: 'waiting',
      variant: 'waiting',
      replace: 'waiting',
      'not-duplicate': 'waiting',
    })
  })

  test('a stored file cannot be cancelled, sent again or forgotten', () => {
    for (const stage of ['stored', 'recording'] as const) {
      expect(transition(sampleItem(stage), { type: 'cancelled' })).toBeNull()
      const failed = transition(sampleItem(stage), { type: 'failed', failure: failure('backend-rejected') })
      expect(failed?.state).toMatchObject({ stage: 'failed', stored: sampleStored })
      const again = failed === null ? null : transition(failed, { type: 'retried' })
      expect(again?.state).toEqual({ stage: 'stored', examination: sampleExamination, stored: sampleStored })
    }
  })

  test('ended items move by nothing but a retry of failed and cancelled ones, and a skip or a replacement that is taken back', () => {
    const decided = fc.constantFrom(
      null,
      { decision: 'skip', review: sampleReview } as const,
      { decision: 'keep', review: sampleReview } as const,
      { decision: 'replace', review: sampleReview } as const,
    )
    fc.assert(
      fc.property(anyState, decided, anyEvent, (state, said, event) => {
        fc.pre(isEnded(state.stage))
        const moved = transition(sampleItem('accepted', { state, decided: said }), event)
        const isUndone = event.type === 'undone' && state.stage === 'skipped' && said !== null
        const isRetried = event.type === 'retried' && ['failed', 'cancelled'].includes(state.stage)
        const isPutBack = event.type === 'replacement-undone' && state.stage === 'done' && said?.decision === 'replace'
        if (isPutBack) expect(moved?.state).toEqual(sampleReview)
        expect(moved !== null).toBe(isRetried || isUndone || isPutBack)
      }),
    )
  })

  test('a cancel taken back leads to where nothing is stored unseen: compared anew, or examined anew', () => {
    fc.assert(
      fc.property(anyState, fc.array(anyEvent, { maxLength: 8 }), (state, events) => {
        const cancelled = transition(sampleItem('accepted', { state, decided: null }), { type: 'cancelled' })
        fc.pre(cancelled !== null)
        const back = cancelled === null ? null : transition(cancelled, { type: 'retried' })
        const known = 'examination' in state ? { stage: 'matching', examination: state.examination } : undefined
        expect(back?.state).toEqual(known ?? { stage: 'accepted' })
        expect(back).toMatchObject({ attempts: 0, workerDeaths: 0, decided: null })
        // Whatever comes next, it is matched before it is sent.
        const stages = back === null ? [] : walk(back, events).map((one) => one.state.stage)
        const sentAt = stages.indexOf('uploading')
        expect(sentAt === -1 || stages.slice(0, sentAt).includes('matching')).toBe(true)
      }),
    )
  })

  test('a decision taken back leads to the review as it was, from wherever its file is not on the NAS', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...decisionSchema.options),
        fc.boolean(),
        fc.array(anyEvent, { maxLength: 8 }),
        (decision, isPrepared, events) => {
          const reviewed = sampleItem('review', { attempts: 2 })
          const decided = transition(reviewed, { type: 'decided', decision, copy: 3, isPrepared })
          if (decided === null) throw new Error('not decided')
          const last = walk(decided, events).at(-1) ?? decided
          const undone = transition(last, { type: 'undone' })
          // Another review, or another picture, is not what was decided.
          fc.pre(!events.some(({ type }) => type === 'decided' || type.endsWith('undone')))
          const canBe = last.decided !== null && (isToSend(last.state.stage) || last.state.stage === 'skipped')
          expect(undone !== null).toBe(canBe)
          if (undone !== null) expect(undone).toMatchObject({ copy: 0, decided: null, state: reviewed.state })
          if (undone !== null) expect(transition(undone, { type: 'undone' })).toBeNull()
        },
      ),
      { numRuns: 500 },
    )
  })

  test('what was said of a picture is not said of the one that took its place', () => {
    const decided = { decision: 'keep', review: sampleReview } as const
    for (const [stage, event] of [
      ['uploading', { type: 'source-changed', source }],
      ['failed', { type: 'retried' }],
    ] as const)
      expect(transition(sampleItem(stage, { decided }), event)).toMatchObject({ decided: null })
  })

  test('nothing comes to done without having been stored, unless the backend says that it was', () => {
    const anyOther = anyEvent.filter(({ type }) => type !== 'found-recorded')
    fc.assert(
      fc.property(fc.array(anyOther, { maxLength: 60 }), (events) => {
        const stages = walk(sampleItem('accepted'), events).map(({ state }) => state.stage)
        const done = stages.indexOf('done')
        expect(done < 0 || stages.slice(0, done).includes('stored')).toBe(true)
      }),
      { numRuns: 500 },
    )
  })

  test('from wherever events have led, an item can still end', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 30 }), (events) => {
        const [last] = walk(sampleItem('accepted'), events).slice(-1)
        if (last === undefined || isEnded(last.state.stage)) return
        const ended = transition(last, { type: 'failed', failure: failure('internal') })
        expect(ended?.state.stage).toBe('failed')
      }),
    )
  })

  test('a file that fails, changes or kills its worker again and again fails in the end', () => {
    const bad = fc.constantFrom<ItemEvent['type']>('attempt-failed', 'source-changed', 'worker-died')
    const most = MAX_ATTEMPTS + MAX_WORKER_DEATHS
    fc.assert(
      fc.property(fc.array(bad, { minLength: most, maxLength: most }), fc.boolean(), (types, uploads) => {
        const story = types.flatMap((type) => {
          const event = EVENTS.find((one) => one.type === type)
          const way = uploads ? EVENTS.slice(0, 3).concat(EVENTS.slice(0, 1)) : EVENTS.slice(0, 1)
          return event === undefined ? [] : [...way, event]
        })
        expect(walk(sampleItem('accepted'), story).at(-1)?.state.stage).toBe('failed')
      }),
    )
  })

  test.each<ItemEvent>([
    { type: 'attempt-failed', failure: failure('nas-failure') },
    { type: 'source-changed', source: sampleItem('accepted').source },
  ])('a file has as many attempts as it is said to, and not one more: $type', (event) => {
    const stages = Array.from({ length: MAX_ATTEMPTS }, (_, attempts) => {
      const moved = transition(sampleItem('uploading', { attempts }), event)
      return moved?.state.stage === 'failed'
    })
    expect(stages.indexOf(true)).toBe(MAX_ATTEMPTS - 1)
  })

  test('a design whose template makes print files is never sent without one, and keeps it through every interruption', () => {
    const kept = fc.constantFrom<ItemEvent>(
      ...EVENTS.filter(({ type }) => type !== 'prepared').map((event) =>
        'isPrepared' in event ? { ...event, isPrepared: true } : event,
      ),
      { type: 'prepared', prepared: samplePrepared },
    )
    fc.assert(
      fc.property(fc.array(kept, { maxLength: 60 }), (events) => {
        for (const { state } of walk(sampleItem('accepted'), events)) {
          const isSent = state.stage === 'waiting' || state.stage === 'uploading'
          expect(preparedOf(state)).toEqual(isSent ? samplePrepared : null)
        }
      }),
      { numRuns: 500 },
    )
  })

  test('interruptions that are nobody’s fault are not counted', () => {
    const item = sampleItem('uploading', { attempts: 3 })
    expect(transition(item, { type: 'released' })).toMatchObject({ attempts: 3, state: { stage: 'waiting' } })
  })
})
