import type { BatchView, ItemView } from '../../shared/domain/batch.ts'
import type { Decision, MatchKind } from '../../shared/domain/match.ts'
import { reviewGroups } from '../../shared/domain/review-groups.ts'
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
import { type CommonOptions, look, withEngine } from './with-engine.ts'

export interface ReviewOptions extends CommonOptions {
  readonly decide?: Decision
  readonly number?: readonly string[]
  readonly decided?: boolean
  readonly undo?: boolean
}

const HOW: Readonly<Record<MatchKind, string>> = {
  exact: 'the same file',
  'same-picture': 'the same picture',
  'same-artwork': 'the same picture, placed elsewhere',
  near: 'looks the same',
  recoloured: 'another colour',
  similar: 'similar',
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
  return withEngine(options, async ({ session, secrets, interrupt }) => {
    const engine = session.engine()
    const decided = chosen(await questions(engine), numbers).flatMap(({ items }) => items)
    const batchIds = [...new Set(decided.map(({ batchId }) => batchId))]
    if (batchIds.length === 0) {
      tell([], json)
      return EXIT.ok
    }
    const { batches } = orEnd(await engine.call('status', null))
    const shopIds = batches.flatMap(({ id, shopId }) => (batchIds.includes(id) ? [shopId] : []))
    await signInFirst(engine, secrets, shopIds, options)
    await session.begin()
    orEnd(await engine.call('decide', { itemIds: decided.map(({ id }) => id), decision: decide }))
    return runBatches({ session, secrets, batchIds, json, speech, commands: followUps(options), interrupt })
  })
}

/** Files that are decided together. */
interface Question {
  readonly number: number
  readonly items: readonly ItemView[]
}

/** In the order of the drops, the oldest first: a number stays while nothing is decided before it. */
async function questions(engine: Peer<EngineContract>): Promise<Question[]> {
  const { batches } = orEnd(await engine.call('status', null))
  const waiting = batches.filter(({ counts }) => counts.review > 0).toSorted(byDrop)
  const answers = await Promise.all(waiting.map(({ id }) => engine.call('batchItems', { batchId: id })))
  const items = new Map(
    answers.flatMap((answer) =>
      orEnd(answer).flatMap((item) => (item.stage === 'review' ? [[item.id, item] as const] : [])),
    ),
  )
  return reviewGroups([...items.values()]).map(({ itemIds }, index) => ({
    number: index + 1,
    items: itemIds.flatMap((id) => items.get(id) ?? []),
  }))
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
    for (const { number, items } of asked) {
      const files = items.map(({ id, batchId, fileName, matches }) => ({ id, batchId, fileName, matches }))
      printJson({ type: 'question', number, items: files })
    }
    return
  }
  if (asked.length === 0) {
    console.log('Nothing waits for a decision.')
    return
  }
  const rows = asked.flatMap(({ number, items }) =>
    items.map(({ fileName, matches: [match] }, index) => [
      index === 0 ? String(number) : '',
      fileName,
      match === undefined ? '' : HOW[match.kind],
      match?.fileName ?? '',
    ]),
  )
  console.log(formatTable(['#', 'File', 'Is', 'As'], rows))
  console.log('\nDecide with --decide skip|keep|replace|variant|not-duplicate, and --number for some of them.')
}
