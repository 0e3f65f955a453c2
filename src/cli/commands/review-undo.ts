import type { ItemView } from '../../shared/domain/batch.ts'
import { isSending } from '../../shared/domain/stages.ts'
import type { EngineContract } from '../../shared/ipc/engine.ts'
import type { Peer } from '../../shared/worker/peer.ts'
import { orEnd, usageError } from '../cli-error.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { formatTable } from '../format.ts'
import { printJson } from '../json-output.ts'
import { parseNumber } from '../parse-number.ts'
import { printable } from '../printable.ts'
import { failureLine } from '../speech.ts'
import { byDrop } from './review.ts'
import { type CommonOptions, look, withEngine } from './with-engine.ts'

/** What was decided about one file. */
interface Said {
  readonly number: number
  readonly item: ItemView
}

/** `galley review --decided`: what was decided and can be taken back, each with its number. */
export function listDecided(options: CommonOptions): Promise<ExitCode> {
  return look(options, async (engine) => {
    const said = await decided(engine)
    if (options.json) {
      for (const { number, item } of said) printJson({ type: 'decided', number, ...partsOf(item) })
    } else if (said.length === 0) console.log('Nothing was decided that can be taken back.')
    else {
      const rows = said.map(({ number, item }) => [
        String(number),
        printable(item.fileName),
        item.decision ?? (item.twin?.state === 'kept' ? 'keep-both' : 'take-back'),
        printable(item.replaced?.fileName ?? item.twin?.theirs ?? ''),
      ])
      console.log(formatTable(['#', 'File', 'Decided', 'In the place of'], rows))
      console.log('\nTake back with --undo: all of the batch dropped last, or what --number names.')
    }
    return EXIT.ok
  })
}

/** `galley review --undo`: takes back what was decided in the batch dropped last, or under these numbers: what was replaced
 *  on the NAS is there again. Ends when the backend has heard of it, or cannot be reached. */
export function undoDecided(options: CommonOptions & { readonly number?: readonly string[] }): Promise<ExitCode> {
  return withEngine(options, async ({ session, interrupt }) => {
    const engine = session.engine()
    const numbers = options.number?.map(parseNumber)
    const all = await decided(engine)
    const unknown = numbers?.find((number) => number > all.length)
    if (unknown !== undefined) throw usageError(`There is no decision ${unknown}.`)
    const last = all.at(-1)?.item.batchId
    const chosen = all.filter(({ number, item }) => numbers?.includes(number) ?? item.batchId === last)
    const items = new Map(chosen.map(({ item }) => [item.id, item]))
    if (items.size === 0) {
      if (!options.json) console.log('Nothing was decided that can be taken back.')
      return EXIT.ok
    }
    await session.begin()
    const undone = orEnd(await engine.call('undoDecisions', { itemIds: [...items.keys()] }))
    const batchIds = [...new Set([...items.values()].map(({ batchId }) => batchId))]
    await engine.call('untilRest', { batchIds }, { signal: interrupt })
    const lines = [
      ...undone.reopened.map((id) => ({ id, outcome: 'review', words: 'asked about again' })),
      ...undone.kept.map((id) => ({ id, outcome: 'kept', words: 'on the NAS already: it stays' })),
      ...undone.refused.map(({ itemId, failure }) => ({
        id: itemId,
        outcome: failure.code,
        words: failureLine(failure, options.speech),
      })),
    ]
    for (const { id, outcome, words } of lines) {
      const item = items.get(id)
      if (item === undefined) continue
      if (options.json) printJson({ type: 'undone', ...partsOf(item), outcome })
      else console.log(`${printable(item.fileName)}: ${words}`)
    }
    return undone.refused.length + undone.kept.length === 0 ? EXIT.ok : EXIT.someFailed
  })
}

/** In the order of the drops, the oldest first. */
async function decided(engine: Peer<EngineContract>): Promise<Said[]> {
  const { batches } = orEnd(await engine.call('status', null))
  const answers = await Promise.all(
    batches.toSorted(byDrop).map(({ id }) => engine.call('batchItems', { batchId: id })),
  )
  const items = answers.flatMap((answer) => orEnd(answer).filter(canBeUndone))
  return items.map((item, index) => ({ number: index + 1, item }))
}

function canBeUndone({ stage, decision, replaced, twin }: ItemView): boolean {
  if (twin?.state === 'kept' || (twin?.keptUntil ?? null) !== null) return true
  if (decision === null || decision === 'again') return false
  const isStopped = isSending(stage) || stage === 'skipped'
  return isStopped || (stage === 'done' && (replaced?.keptUntil ?? null) !== null)
}

function partsOf({ id, batchId, fileName, decision, replaced, twin }: ItemView) {
  return { id, batchId, fileName, decision, replaced, twin }
}
