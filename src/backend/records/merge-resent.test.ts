import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sampleRecord } from '../../../test/support/sample-record.ts'
import type { DesignRecord } from '../../shared/api/records.ts'
import type { Resent } from '../../shared/api/resent.ts'
import { findStanding, type KnownDesigns, takeDesign } from './merge-resent.ts'

type ResentDesign = Extract<Resent, { kind: 'design' | 'gone' }>

/** A shop in which designs are stored, take each other's place, and give it back, a minute each. */
interface History {
  /** What was told, in order. */
  readonly told: readonly ResentDesign[]
  /** The ids of what stood on the NAS after each. */
  readonly standing: readonly ReadonlySet<string>[]
}

/** 0: a design at a place of its own. 1: one in the place of another. 2: the last that took a place gives it back. 3: one
 *  that gave it back takes it once more, as the same design. */
function play(steps: readonly { readonly kind: number; readonly pick: number }[]): History {
  const told: ResentDesign[] = []
  const standing: ReadonlySet<string>[] = []
  const stacks: DesignRecord[][] = []
  const back: DesignRecord[] = []
  const store = (record: DesignRecord): void => void told.push({ kind: 'design', id: record.id, record })
  for (const [minute, { kind, pick }] of steps.entries()) {
    const uploadedAt = new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString()
    const stack = stacks[pick % Math.max(1, stacks.length)]
    const [below, top] = [stack?.at(-2), stack?.at(-1)]
    if (kind === 0 || stack === undefined || top === undefined) {
      const record = sampleRecord(minute + 1, { uploadedAt })
      stacks.push([record])
      store(record)
    } else if (kind === 2 && below !== undefined) {
      stack.pop()
      back.push(top)
      told.push({ kind: 'gone', id: top.id, uploadedAt: top.uploadedAt, replaced: below.id })
    } else {
      const again = kind === 3 ? back.pop() : undefined
      const { id } = again ?? sampleRecord(minute + 1)
      const { remotePath } = top
      const record = sampleRecord(minute + 1, { id, remotePath, uploadedAt, replaces: top.id })
      stack.push(record)
      store(record)
    }
    standing.push(new Set(stacks.flatMap((one) => one.at(-1)?.id ?? [])))
  }
  return { told, standing }
}

/** What a workstation keeps that has heard so much: of each design the last. */
function keptOf(told: readonly ResentDesign[]): ResentDesign[] {
  return [...new Map(told.map((one) => [one.id, one])).values()]
}

const empty = (): KnownDesigns => ({ records: new Map(), gone: new Map() })

const histories = fc
  .array(fc.record({ kind: fc.integer({ min: 0, max: 3 }), pick: fc.nat(5) }), { minLength: 1, maxLength: 30 })
  .map(play)

test('what was lost is there again, and nothing that was over, from however many and in whatever order it is resent', () => {
  fc.assert(
    fc.property(histories, fc.nat(), fc.array(fc.nat(), { maxLength: 3 }), fc.infiniteStream(fc.nat()), (...given) => {
      const [{ told, standing }, setBackTo, cuts, dice] = given
      const known = empty()
      for (const one of told.slice(0, setBackTo % told.length)) takeDesign(known, one)
      // One workstation has heard all; others were away since some time.
      const sent = [told, ...cuts.map((cut) => told.slice(0, cut % told.length))].flatMap(keptOf)
      const shuffled = sent.map((one) => ({ one, at: dice.next().value })).sort((a, b) => a.at - b.at)
      for (const { one } of shuffled) takeDesign(known, one)
      expect(findStanding(known)).toEqual(standing.at(-1))
      expect(shuffled.filter(({ one }) => takeDesign(known, one))).toEqual([])
    }),
    { numRuns: 500 },
  )
})

test('a design that took a place after the shop was set back keeps it', () => {
  const [old, lost, since] = [sampleRecord(1), sampleRecord(2), sampleRecord(3)]
  const at = (minute: number) => ({ remotePath: old.remotePath, uploadedAt: `2026-02-01T00:0${minute}:00.000Z` })
  const known = empty()
  for (const record of [old, { ...since, ...at(2), replaces: lost.id }])
    takeDesign(known, { kind: 'design', id: record.id, record })
  const record = { ...lost, ...at(1), replaces: old.id }
  expect(takeDesign(known, { kind: 'design', id: lost.id, record })).toBe(true)
  expect([...findStanding(known)]).toEqual([since.id])
})
