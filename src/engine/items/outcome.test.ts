import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { sampleExamination, sampleItem } from '../../../test/support/sample-item.ts'
import { FAILURES, type FailureCode, failure, ruleOf } from '../../shared/domain/failure.ts'
import type { HoldKey } from '../../shared/domain/hold-key.ts'
import type { Item } from '../../shared/domain/item.ts'
import { isEnded } from '../../shared/domain/stages.ts'
import { blockedBy } from './blocking.ts'
import { type Facts, MAX_INTERRUPTIONS, type Outcome, outcomeOf, type UploadFacts } from './outcome.ts'
import { MAX_ATTEMPTS, transition } from './transition.ts'

const CODES = Object.keys(FAILURES).filter((code): code is FailureCode => code in FAILURES)
const OWN: HoldKey = { kind: 'item', itemId: 'item-1' }

const near = { kind: 'near', against: 'design', id: 'old', fileName: 'old.png' } as const
const match = { ...near, phashDistance: 2, dhashDistance: 2, correlation: 0.99 }
const review = { stage: 'review', examination: sampleExamination, matches: [match] } as const

const code = fc.constantFrom(...CODES)
const attempts = fc.nat({ max: MAX_ATTEMPTS - 1 })
const upload: fc.Arbitrary<UploadFacts> = fc
  .record({
    wasInDoubt: fc.boolean(),
    isNamed: fc.boolean(),
    sawProgress: fc.boolean(),
    isOwnFault: fc.boolean(),
    tries: fc.nat({ max: MAX_INTERRUPTIONS + 2 }),
  })
  .map((facts) => ({ ...facts, isNamed: facts.isNamed || facts.wasInDoubt }))

interface Case {
  readonly code: FailureCode
  readonly item: Item
  readonly facts: Facts
}

const sending: fc.Arbitrary<Case> = fc
  .record({ code, attempts, upload, isCancelling: fc.boolean(), replaces: fc.boolean() })
  .map(({ replaces, isCancelling, ...one }) => ({
    code: one.code,
    facts: { isCancelling, upload: one.upload },
    item: sampleItem('uploading', {
      attempts: one.attempts,
      decided: replaces ? { decision: 'replace', review } : null,
    }),
  }))

const imaging: fc.Arbitrary<Case> = fc
  .record({ code, attempts, stage: fc.constantFrom('inspecting' as const, 'preparing' as const), is: fc.boolean() })
  .map((one) => ({
    code: one.code,
    facts: { isCancelling: one.is },
    item: sampleItem(one.stage, { attempts: one.attempts }),
  }))

const any = fc.oneof(sending, imaging)

function decide({ code, item, facts }: Case): Outcome {
  return outcomeOf(failure(code), item, facts)
}

/** The item as it is afterwards; null while it is examined again. */
function movedBy(one: Case): Item | null {
  const { event } = decide(one)
  if (event === null) return null
  const moved = transition(one.item, event)
  if (moved === null) throw new Error(`${event.type} came too late for ${one.item.state.stage}`)
  return moved
}

/** What an upload that none of the facts speaks about comes to. */
function sent(code: FailureCode, facts: Partial<UploadFacts> = {}, item = sampleItem('uploading')): Outcome {
  const plain = { wasInDoubt: false, isNamed: false, sawProgress: false, isOwnFault: false, tries: 0 }
  return outcomeOf(failure(code), item, { isCancelling: false, upload: { ...plain, ...facts } })
}

describe('outcomeOf', () => {
  test('whatever fails, the item ends or is let go of: none stays claimed by work that is over', () => {
    fc.assert(
      fc.property(any, (one) => {
        const moved = movedBy(one)
        if (moved !== null) expect(moved.state.stage).not.toBe(one.item.state.stage)
      }),
    )
  })

  test('what is tried again waits before that: nothing is claimed at once, for ever', () => {
    fc.assert(
      fc.property(any, (one) => {
        const { event, holds } = decide(one)
        const mayWait = ruleOf(one.code).class !== 'stopped' && event !== null && event.type !== 'worker-died'
        const moved = movedBy(one)
        fc.pre(mayWait && moved !== null && !isEnded(moved.state.stage))
        expect(holds).not.toBe(null)
      }),
    )
  })

  test('what is held is what the next claim asks for, the item or all that wait at its stage', () => {
    fc.assert(
      fc.property(any, (one) => {
        const { holds } = decide(one)
        const moved = movedBy(one)
        fc.pre(holds !== null && moved !== null && !isEnded(moved.state.stage))
        expect([OWN, ...blockedBy(moved?.state.stage ?? 'done', one.item)]).toContainEqual(holds)
      }),
    )
  })

  test('no attempt is counted against an item for what holds others too', () => {
    fc.assert(
      fc.property(any, (one) => {
        const { event, holds } = decide(one)
        fc.pre(holds !== null && holds.kind !== 'item')
        expect(event).toEqual({ type: 'released' })
      }),
    )
  })

  test('what may have given a file its name never frees that, and neither does a stop that came before anybody looked', () => {
    fc.assert(
      fc.property(sending, (one) => {
        const isOpen = ruleOf(one.code).class === 'stopped' ? one.facts.upload?.wasInDoubt : ruleOf(one.code).isInDoubt
        fc.pre(isOpen === true)
        expect(decide(one).freesName).toBe(false)
        expect(movedBy(one)?.state.stage).not.toBe('cancelled')
      }),
    )
  })

  test('of what ended without a doubt the number goes to the next', () => {
    fc.assert(
      fc.property(sending, (one) => {
        const moved = movedBy(one)
        fc.pre(moved !== null && isEnded(moved.state.stage) && ruleOf(one.code).isInDoubt !== true)
        expect(decide(one).freesName).toBe(true)
      }),
    )
  })

  test('what was cut or closed may be gone on with, also after a cancel but no other end, and is not forgotten as if it were never made', () => {
    fc.assert(
      fc.property(sending, (one) => {
        const { remains } = decide(one)
        const moved = movedBy(one)
        fc.pre(moved !== null)
        const hasEnded = moved !== null && isEnded(moved.state.stage)
        if (hasEnded && ruleOf(one.code).class !== 'stopped') expect(remains).toBe('name')
        else if (ruleOf(one.code).isCut === true) expect(remains).toBe('cut')
        else expect(remains === 'closed').toBe(ruleOf(one.code).class === 'stopped')
      }),
    )
  })

  test('a fault of ours ends no file that has the promise of a name, at whatever attempt', () => {
    fc.assert(
      fc.property(sending, (one) => {
        fc.pre(one.facts.upload?.isNamed === true)
        const fault = { ...one, code: 'internal' } as const
        expect(movedBy(fault)?.state.stage).toBe('waiting')
        expect(decide(fault)).toMatchObject({ holds: OWN, freesName: false })
      }),
    )
    expect(sent('internal')).toMatchObject({ event: { type: 'failed' }, holds: null })
  })

  test('what is set up wrongly on the NAS, or missing there, is never counted, also where one file alone meets it', () => {
    const setUp = CODES.filter((code) => ruleOf(code).class === 'hold' && ruleOf(code).pause !== 'backoff')
    fc.assert(
      fc.property(sending, fc.constantFrom(...setUp), (one, code) => {
        expect(decide({ ...one, code }).event).toEqual({ type: 'released' })
      }),
    )
  })

  test('a failure that may be the file’s own holds its folder or NAS, until that takes others: then it counts', () => {
    for (const code of ['connection-lost', 'nas-timeout', 'nas-failure', 'verification-failed'] as const) {
      expect([code, sent(code)]).toMatchObject([code, { event: { type: 'released' }, isRefusal: true }])
      expect(sent(code).holds).not.toEqual(OWN)
      expect(sent(code, { isOwnFault: true })).toMatchObject({ event: { type: 'attempt-failed' }, holds: OWN })
    }
  })

  test('an interruption counts after a number of them only, and only while others fare better', () => {
    for (const code of ['connection-lost', 'nas-timeout', 'worker-gone'] as const) {
      const often = { sawProgress: true, tries: MAX_INTERRUPTIONS }
      const types = [
        sent(code, { ...often, tries: MAX_INTERRUPTIONS - 1, isOwnFault: true }),
        sent(code, often),
        sent(code, { ...often, isOwnFault: true }),
      ].map(({ event, isRefusal }) => [event?.type, isRefusal])
      expect([code, ...types]).toEqual([code, ['released', false], ['released', true], ['attempt-failed', true]])
    }
  })

  test('of a NAS that is full or away no name is left to look for; of a folder that refuses, one may be', () => {
    for (const code of ['nas-full', 'nas-quota', 'nas-read-only', 'nas-unreachable', 'configuration'] as const)
      expect([code, sent(code).remains]).toEqual([code, 'none'])
    for (const code of ['permission-denied', 'nas-failure', 'remote-conflict'] as const)
      expect([code, sent(code).remains]).toEqual([code, 'name'])
  })

  test('what this computer lacks for print files holds the making of them, and ends no file', () => {
    const preparing = sampleItem('preparing')
    for (const code of ['disk-full', 'disk-failing', 'data-folder-unwritable'] as const) {
      const outcome = outcomeOf(failure(code), preparing, { isCancelling: false })
      expect([code, outcome]).toMatchObject([code, { event: { type: 'released' }, holds: { kind: 'prepare' } }])
    }
  })

  test('a worker that does not start holds its kind, and one that died counts as a death of the item', () => {
    const at = (stage: 'inspecting' | 'preparing', code: FailureCode) =>
      outcomeOf(failure(code), sampleItem(stage), { isCancelling: false })
    for (const stage of ['inspecting', 'preparing'] as const) {
      for (const code of ['worker-broken', 'too-many-files'] as const)
        expect(at(stage, code)).toMatchObject({ event: { type: 'released' }, holds: { kind: 'imaging-worker' } })
      expect(at(stage, 'worker-gone').event).toEqual({ type: 'worker-died' })
    }
    expect(sent('worker-broken').holds).toEqual({ kind: 'transfer-worker' })
  })

  test('only a file that was examined is examined again when it is another, or gone', () => {
    for (const code of ['source-changed', 'source-gone'] as const) {
      const events = (['inspecting', 'preparing', 'uploading'] as const).map(
        (stage) => outcomeOf(failure(code), sampleItem(stage), { isCancelling: false }).event?.type ?? null,
      )
      expect(events).toEqual([code === 'source-gone' ? 'failed' : 'attempt-failed', null, null])
    }
  })
})
