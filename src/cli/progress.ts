import type { BatchView, ItemView } from '../shared/domain/batch.ts'
import type { LibraryState } from '../shared/domain/library.ts'
import { isEnded } from '../shared/domain/stages.ts'
import type { EngineDelta } from '../shared/ipc/engine.ts'
import { enWork } from '../shared/texts/work-en.ts'
import { formatBytes } from './format.ts'
import { printable } from './printable.ts'
import { warningOf } from './receipt-format.ts'
import { failureLine, type Speech } from './speech.ts'
import { describeLimit } from './speed-limit-format.ts'

/** Shows a batch while it runs: bars on a terminal, a line for each file that ends elsewhere. */
export interface Progress {
  update(delta: EngineDelta): void
  end(): void
}

const BAR_WIDTH = 24
const SHOWN_FILES = 6

interface Tracked {
  readonly items: Map<string, ItemView>
  batch: BatchView | undefined
  bytesPerSecond: number
  limit: string
  library: string
}

/** Bars, redrawn in place, at 10 Hz at most because the engine tells no more often. */
export function createBars(output: NodeJS.WriteStream, batchIds: ReadonlySet<string>, speech: Speech): Progress {
  const tracked: Tracked = { items: new Map(), batch: undefined, bytesPerSecond: 0, limit: '', library: '' }
  let drawn = 0
  const clear = (): void => {
    if (drawn > 0) output.write(`\x1b[${drawn}A\x1b[J`)
    drawn = 0
  }
  return {
    update(delta) {
      track(tracked, delta, batchIds, speech)
      const lines = barLines(tracked, output.columns ?? 80, speech)
      clear()
      output.write(lines.map((line) => `${line}\n`).join(''))
      drawn = lines.length
    },
    end: clear,
  }
}

/** One line for each item when it ends, and for each limit of the speed: for logs and pipes. */
export function createLines(output: NodeJS.WritableStream, batchIds: ReadonlySet<string>, speech: Speech): Progress {
  const told = new Set<string>()
  let limit = ''
  let shopId: string | undefined
  let library: LibraryState['kind'] | undefined
  return {
    update(delta) {
      const now = limitLine(delta)
      if (now !== limit && now !== '') output.write(`${now}\n`)
      limit = now
      shopId ??= delta.batches.find(({ id }) => batchIds.has(id))?.shopId
      const state = delta.status.libraries.find((one) => one.shopId === shopId)
      // Not each time how far it is: that would be a line ten times a second.
      if (state !== undefined && state.kind !== library) output.write(`${libraryLine(state, speech)}\n`)
      library = state?.kind
      for (const item of delta.items) {
        if (!batchIds.has(item.batchId) || told.has(item.id) || !isEnded(item.stage)) continue
        told.add(item.id)
        output.write(`${printable(`${item.stage.padEnd(9)} ${item.fileName}${reasonOf(item, speech)}`)}\n`)
      }
    },
    end: () => undefined,
  }
}

function track(tracked: Tracked, delta: EngineDelta, batchIds: ReadonlySet<string>, speech: Speech): void {
  if (delta.full) tracked.items.clear()
  for (const item of delta.items) if (batchIds.has(item.batchId)) tracked.items.set(item.id, item)
  tracked.batch = delta.batches.find(({ id }) => batchIds.has(id)) ?? tracked.batch
  tracked.bytesPerSecond = delta.status.bytesPerSecond
  tracked.limit = limitLine(delta)
  const library = delta.status.libraries.find(({ shopId }) => shopId === tracked.batch?.shopId)
  tracked.library = library === undefined ? '' : libraryLine(library, speech)
}

/** Why uploads are slow or stand still, if it is wanted so. */
function limitLine({ status: { speedLimit } }: EngineDelta): string {
  return speedLimit.bytesPerSecond === null ? '' : describeLimit(speedLimit)
}

/** That the shop's library is being read, and how far; or that it cannot be. */
function libraryLine(state: LibraryState, { failure: wordsOf }: Speech): string {
  if (state.kind === 'reading') return enWork.readingLibrary(state.read, state.total)
  const why = state.failure === null ? '' : ` ${wordsOf(state.failure).message}`
  return `${enWork.libraryAway}${why} ${enWork.libraryAwayText}`
}

function barLines(
  { batch, items, bytesPerSecond, limit, library }: Tracked,
  columns: number,
  speech: Speech,
): string[] {
  if (batch === undefined) return ['Scanning ...']
  const { counts, totalBytes, doneBytes } = batch
  const ended = counts.done + counts.skipped + counts.failed + counts.cancelled
  const files = ended + counts.active + counts.review
  const share = totalBytes === 0 ? 0 : Math.min(1, doneBytes / totalBytes)
  const head = `${bar(share)} ${String(Math.floor(share * 100)).padStart(3)} %  ${ended}/${files} files  ${formatBytes(bytesPerSecond)}/s`
  const tail = [
    counts.skipped > 0 ? `${counts.skipped} skipped` : '',
    counts.review > 0 ? `${counts.review} to review` : '',
    counts.failed > 0 ? `${counts.failed} failed` : '',
  ].filter((part) => part !== '')
  const held = [...items.values()].flatMap(({ hold }) => (hold !== null && 'failure' in hold ? [hold] : []))
  const why = held.slice(0, 1).map(({ failure, nextTryAt }) => {
    const { message, action } = speech.failure(failure)
    return `  waiting: ${message}${nextTryAt === undefined ? '' : ` Tries again at ${timeOf(nextTryAt)}.`} ${action}`
  })
  for (const line of [library, limit]) if (line !== '') why.push(`  ${line}`)
  const moving = [...items.values()]
    .filter(({ stage }) => stage === 'uploading' || stage === 'verifying')
    .slice(0, SHOWN_FILES)
    .map(({ fileName, stage, sentBytes, sizeBytes }) => {
      const part = sizeBytes === 0 ? 0 : sentBytes / sizeBytes
      return `  ${bar(part)} ${stage === 'verifying' ? 'verify' : `${String(Math.floor(part * 100)).padStart(3)} % `}  ${fileName}`
    })
  return [[head, ...tail].join('  '), ...why, ...moving].map((line) => printable(line).slice(0, columns - 1))
}

/** `14:05`, by the clock on the wall. */
function timeOf(ms: number): string {
  const at = new Date(ms)
  return [at.getHours(), at.getMinutes()].map((part) => String(part).padStart(2, '0')).join(':')
}

function bar(share: number): string {
  const full = Math.round(share * BAR_WIDTH)
  return '█'.repeat(full) + '░'.repeat(BAR_WIDTH - full)
}

function reasonOf(item: ItemView, speech: Speech): string {
  if (item.failure !== null) return `: ${failureLine(item.failure, speech)}`
  const [match] = item.matches
  if (item.stage === 'skipped' && match !== undefined) {
    return `: ${item.decision === 'again' ? 'skipped before, as it looks like' : 'already there as'} ${match.fileName}`
  }
  const warning = warningOf(item)
  return item.remotePath === null ? '' : ` → ${item.remotePath}${warning === '' ? '' : ` (${warning})`}`
}
