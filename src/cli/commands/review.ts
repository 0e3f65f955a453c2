import type { BatchView, ItemView } from '../../shared/domain/batch.ts'
import type { Decision, MatchKind } from '../../shared/domain/match.ts'
import { reviewGroups } from '../../shared/domain/review-groups.ts'
import { twinQuestions } from '../../shared/domain/twin-questions.ts'
import type { EngineContract } from '../../shared/ipc/engine.ts'
import type { Peer } from '../../shared/worker/peer.ts'
import { orEnd, usageError } from '../cli-error.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { followUps } from '../follow-ups.ts'
import { formatTable } from '../format.ts'
import { printJson } from '../json-output.ts'
import { parseNumber } from '../parse-number.ts'
import { runBatches } from '../run-batches.ts'
import { signInFirst } from '../sign-in.ts'
import { settleTwins, TWIN_DECISIONS, type TwinDecision, twinTable } from './review-twins.ts'
import { type CommonOptions, look, withEngine } from './with-engine.ts'

export interface ReviewOptions extends CommonOptions {
  readonly decide?: Decision | TwinDecision
  readonly number?: readonly string[]
  readonly decided?: boolean
  readonly undo?: boolean
  readonly dropTakenBack?: boolean
}

const HOW: Readonly<Record<MatchKind, string>> = {
  exact: 'the same file',
  'same-picture': 'the same picture',
  'same-artwork': 'the same picture, placed elsewhere',
  near: 'looks the same',
  recoloured: 'another colour',
  similar: 'similar',
}

const TWIN_CHOICE = 'take-back|keep-both'

/** What can be said of each kind of question. */
const DECISIONS: Readonly<Record<Question['kind'], string>> = {
  review: 'skip|keep|replace|variant|not-duplicate',
  twins: TWIN_CHOICE,
  alike: TWIN_CHOICE,
}

/** `galley review`: what waits for a decision, each question with its number. With `--decide` all of it, or the questions of
 *  these numbers, are decided, and what is to be uploaded is. */
export async function review(options: ReviewOptions): Promise<ExitCode> {
  const { decide, json, speech } = options
  const numbers = options.number?.map(parseNumber)
  if (decide === undefined) {
    return look(options, async (engine) => {
      tell(chosen(await questions(engine), numbers), json)
      return EXIT.ok
    })
  }
  const isAbout = ({ kind }: Question): boolean => (kind === 'review') !== isAboutTwins(decide)
  return withEngine(options, async ({ session, secrets, interrupt }) => {
    const engine = session.engine()
    const asked = chosen(await questions(engine), numbers)
    const other = asked.find((one) => !isAbout(one))
    if (numbers !== undefined && other !== undefined)
      throw usageError(`Question ${other.number} is decided with --decide ${DECISIONS[other.kind]}.`)
    const decided = asked.filter(isAbout).flatMap(({ items }) => items)
    const batchIds = [...new Set(decided.map(({ batchId }) => batchId))]
    if (batchIds.length === 0) {
      tell([], json)
      return EXIT.ok
    }
    const { batches } = orEnd(await engine.call('status', null))
    const shopIds = batches.flatMap(({ id, shopId }) => (batchIds.includes(id) ? [shopId] : []))
    await signInFirst(engine, secrets, shopIds, options)
    await session.begin()
    if (isAboutTwins(decide)) return settleTwins({ session, interrupt }, decided, decide, options)
    orEnd(await engine.call('decide', { itemIds: decided.map(({ id }) => id), decision: decide }))
    return runBatches({ session, secrets, batchIds, json, speech, commands: followUps(options), interrupt })
  })
}

/** Files that are decided together: `review`, as they resemble a design, `twins`, as a colleague stored them as well, or
 *  `alike`, as what a colleague stored looks the same. */
interface Question {
  readonly number: number
  readonly kind: 'review' | 'twins' | 'alike'
  readonly items: readonly ItemView[]
}

/** In the order of the drops, the oldest first: a number stays while nothing is decided before it. */
async function questions(engine: Peer<EngineContract>): Promise<Question[]> {
  const { batches } = orEnd(await engine.call('status', null))
  const waiting = batches.filter(({ counts, twins }) => counts.review + twins > 0).toSorted(byDrop)
  const answers = await Promise.all(waiting.map(({ id }) => engine.call('batchItems', { batchId: id })))
  const ofBatches = answers.map(orEnd)
  const items = new Map(ofBatches.flat().flatMap((item) => (item.stage === 'review' ? [[item.id, item] as const] : [])))
  const groups = reviewGroups([...items.values()]).map(({ itemIds }) => ({
    kind: 'review' as const,
    items: itemIds.flatMap((id) => items.get(id) ?? []),
  }))
  const twins = twinQuestions(ofBatches.flat()).map(({ kind, items }) => ({
    kind: kind === 'equal' ? ('twins' as const) : kind,
    items,
  }))
  return [...groups, ...twins].map((question, index) => ({ number: index + 1, ...question }))
}

function isAboutTwins(decision: Decision | TwinDecision): decision is TwinDecision {
  return decision in TWIN_DECISIONS
}

/** The oldest first. */
export function byDrop(a: BatchView, b: BatchView): number {
  return a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1)
}

function chosen(all: readonly Question[], numbers: readonly number[] | undefined): readonly Question[] {
  const unknown = numbers?.find((number) => number > all.length)
  if (unknown !== undefined) throw usageError(`There is no question ${unknown}.`)
  return numbers === undefined ? all : all.filter(({ number }) => numbers.includes(number))
}

function tell(asked: readonly Question[], json: boolean): void {
  if (json) {
    for (const { number, kind, items } of asked) {
      const files = items.map(({ id, batchId, fileName, matches, remotePath, twin }) =>
        kind === 'review' ? { id, batchId, fileName, matches } : { id, batchId, fileName, remotePath, twin },
      )
      printJson({ type: 'question', number, kind, items: files })
    }
    return
  }
  if (asked.length === 0) {
    console.log('Nothing waits for a decision.')
    return
  }
  const [alike, twins] = [asked.filter(({ kind }) => kind === 'review'), asked.filter(({ kind }) => kind !== 'review')]
  const rows = alike.flatMap(({ number, items }) =>
    items.map(({ fileName, matches: [match] }, index) => [
      index === 0 ? String(number) : '',
      fileName,
      match === undefined ? '' : HOW[match.kind],
      match?.fileName ?? '',
    ]),
  )
  if (alike.length > 0) {
    console.log(formatTable(['#', 'File', 'Is', 'As'], rows))
    console.log(`\nDecide with --decide ${DECISIONS.review}, and --number for some of them.`)
  }
  for (const { number, kind, items } of twins) {
    console.log(`\n${sayTwins(kind, items.length)} while this computer was offline:`)
    console.log(twinTable(number, items))
    console.log(`\nDecide with --decide ${DECISIONS.twins}: what is taken back is kept for a week.`)
  }
}

function sayTwins(kind: Question['kind'], files: number): string {
  if (kind === 'alike')
    return `${files === 1 ? 'This file looks' : `These ${files} files look`} like one that a colleague stored`
  return `${files === 1 ? 'This file was' : `These ${files} files were`} stored by a colleague as well`
}
