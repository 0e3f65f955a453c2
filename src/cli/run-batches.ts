import type { BatchView, ItemView, ReceiptLine } from '../shared/domain/batch.ts'
import type { Failure } from '../shared/domain/failure.ts'
import { isEnded } from '../shared/domain/stages.ts'
import type { EngineContract, EngineDelta } from '../shared/ipc/engine.ts'
import type { Peer } from '../shared/worker/peer.ts'
import { CliError, orEnd } from './cli-error.ts'
import type { EngineSession } from './engine-session.ts'
import { EXIT, type ExitCode } from './exit-codes.ts'
import type { FollowUps } from './follow-ups.ts'
import { printJson } from './json-output.ts'
import { printable } from './printable.ts'
import { createBars, createLines, type Progress } from './progress.ts'
import { isAttended } from './prompt.ts'
import { countOutcomes, isNoPicture, receiptTable, warningLines } from './receipt-format.ts'
import type { Secrets } from './secrets.ts'
import { signIn, signInOf } from './sign-in.ts'
import { failureLine, type Speech } from './speech.ts'

const SHOWN_WARNINGS = 10

export interface RunOptions {
  readonly session: EngineSession
  readonly secrets: Secrets
  readonly batchIds: readonly string[]
  readonly json: boolean
  readonly speech: Speech
  /** The commands for what comes after. */
  readonly commands: FollowUps
  /** Ctrl-C: finish what is under way and keep the rest. */
  readonly interrupt: AbortSignal
}

/** Follows batches until nothing more moves by itself, then prints what became of each file. */
export async function runBatches(options: RunOptions): Promise<ExitCode> {
  const { session, batchIds, json, speech, interrupt } = options
  const ids = new Set(batchIds)
  const progress = json ? createJsonProgress(ids) : createProgress(ids, speech)
  const seen = { hold: '', ignored: 0, linksOut: 0 }
  const update = (delta: EngineDelta): void => {
    progress.update(delta)
    seen.hold = holdLine(delta, ids, speech) ?? (delta.full ? '' : seen.hold)
    if (delta.full) Object.assign(seen, passedOverIn(delta, ids))
  }
  for (;;) {
    await untilRest(session, batchIds, interrupt, { update, end: progress.end })
    const wanting = json || !isAttended() || interrupt.aborted ? null : await codeWanted(session.engine(), batchIds)
    if (wanting === null) break
    // Asked when the connection that took the last code is gone, never inside the bars.
    progress.end()
    const attempt = signInOf(session.engine(), wanting.shopId)
    if ((await signIn(options.secrets, wanting.shopId, attempt, speech, wanting.failure)) !== null) break
  }
  // What waits for the NAS is tried again now and then; between the last look and the receipt nothing may move.
  await session.engine().call('drain', null)
  const items = await tellAll(session.engine(), batchIds, update)
  progress.end()
  const receipts = await Promise.all(
    batchIds.map(async (batchId) => {
      const answer = await session.engine().call('receipt', { batchId })
      if (!answer.ok && interrupt.aborted) throw stoppedError(options.commands.resume)
      return { batchId, lines: orEnd(answer) }
    }),
  )
  const lines = receipts.flatMap((receipt) => receipt.lines)
  if (json)
    for (const { batchId, lines: its } of receipts) printJson({ type: 'summary', batchId, ...countOutcomes(its) })
  else printReceipt(items, lines, seen, options)
  // A drop of nothing else is a mistake that the caller is to hear of.
  const pictures = lines.filter((line) => !isNoPicture(line))
  const isWell = pictures.every(({ outcome }) => outcome === 'done' || outcome === 'skipped')
  return isWell && (pictures.length > 0 || lines.length === 0) ? EXIT.ok : EXIT.someFailed
}

/** The engine was told to stop too, as when a whole group of processes is: nobody is left to ask for a receipt. */
function stoppedError(resumeCommand: string): CliError {
  return new CliError(`Stopped. Nothing is lost. Go on with: ${resumeCommand}`, EXIT.someFailed, 'cancelled')
}

/** The shop whose NAS asks for a one-time code, if one does. */
async function codeWanted(
  engine: Peer<EngineContract>,
  batchIds: readonly string[],
): Promise<{ readonly shopId: string; readonly failure: Failure } | null> {
  const status = await engine.call('status', null)
  for (const { id, shopId } of status.ok ? status.value.batches : []) {
    const items = batchIds.includes(id) ? await engine.call('batchItems', { batchId: id }) : null
    for (const { hold } of items?.ok === true ? items.value : []) {
      if (hold !== null && 'failure' in hold && hold.failure.code === 'code-wanted')
        return { shopId, failure: hold.failure }
    }
  }
  return null
}

/** Watches engine after engine: a crash in between costs nothing but the time of its restart. */
async function untilRest(
  { engine, onRestart }: EngineSession,
  batchIds: readonly string[],
  interrupt: AbortSignal,
  { update, end }: Progress,
): Promise<void> {
  const restarted = { settle: (): void => undefined }
  onRestart(() => restarted.settle())
  for (;;) {
    const replaced = new Promise<void>((resolve) => {
      restarted.settle = resolve
    })
    const stop = new AbortController()
    const signal = AbortSignal.any([stop.signal, interrupt])
    const watched = engine().call('watch', null, { onEvent: update, signal })
    const rested = await engine().call('untilRest', { batchIds: [...batchIds] }, { signal })
    stop.abort()
    await watched
    if (rested.ok || interrupt.aborted) return
    // Nothing moves until the next one is there.
    end()
    await replaced
  }
}

/** One last look, so that the end of every file is told: all items, in the order of the drop. */
async function tellAll(
  engine: Peer<EngineContract>,
  batchIds: readonly string[],
  update: (delta: EngineDelta) => void,
): Promise<ItemView[]> {
  const status = await engine.call('status', null)
  if (!status.ok) return []
  const { batches, ...rest } = status.value
  const items = await Promise.all(batchIds.map((batchId) => engine.call('batchItems', { batchId })))
  const all = items.flatMap((answer) => (answer.ok ? answer.value : []))
  update({ full: true, status: rest, batches, items: all, removedBatchIds: [] })
  return all
}

function createProgress(ids: ReadonlySet<string>, speech: Speech): Progress {
  return (process.stderr.isTTY ? createBars : createLines)(process.stderr, ids, speech)
}

function createJsonProgress(ids: ReadonlySet<string>): Progress {
  const told = new Map<string, string>()
  return {
    update(delta) {
      for (const item of delta.items) {
        const state = `${item.stage} ${item.hold?.kind ?? ''}`
        if (!ids.has(item.batchId) || told.get(item.id) === state) continue
        told.set(item.id, state)
        if (isEnded(item.stage) || item.stage === 'review' || item.hold !== null) printJson({ type: 'item', ...item })
      }
    },
    end: () => undefined,
  }
}

/** Why something waits, in one line. */
function holdLine(delta: EngineDelta, ids: ReadonlySet<string>, speech: Speech): string | null {
  for (const { batchId, hold } of delta.items) {
    if (ids.has(batchId) && hold !== null && 'failure' in hold) return failureLine(hold.failure, speech)
  }
  return null
}

/** What was passed over in the dropped folders. */
function passedOverIn({ batches }: EngineDelta, ids: ReadonlySet<string>) {
  const own = batches.filter(({ id }) => ids.has(id))
  const sum = (count: (batch: BatchView) => number): number => own.reduce((all, batch) => all + count(batch), 0)
  return { ignored: sum(({ ignoredCount }) => ignoredCount), linksOut: sum(({ linksOut }) => linksOut) }
}

/** Of a large batch the first few are enough; the receipt has them all. */
function printWarnings(items: readonly ItemView[]): void {
  const warnings = warningLines(items)
  if (warnings.length === 0) return
  const more = warnings.length - SHOWN_WARNINGS
  console.log(`\nBefore you print:\n${warnings.slice(0, SHOWN_WARNINGS).join('\n')}`)
  if (more > 0) console.log(`and ${more} more: the receipt has them all.`)
}

function printReceipt(
  items: readonly ItemView[],
  lines: readonly ReceiptLine[],
  { hold, ignored, linksOut }: { readonly hold: string; readonly ignored: number; readonly linksOut: number },
  { batchIds, speech, commands, interrupt }: RunOptions,
): void {
  const counts = countOutcomes(lines)
  console.log(receiptTable(items, speech))
  const noPictures = lines.filter(isNoPicture).length
  const told = { ...counts, failed: counts.failed - noPictures, 'no picture': noPictures }
  const parts = Object.entries(told).filter(([, count]) => count > 0)
  console.log(`\n${parts.map(([outcome, count]) => `${count} ${outcome}`).join(', ') || 'No files.'}`)
  if (ignored > 0)
    console.log(`${ignored} of the system or the NAS passed over: hidden files, recycle bins, thumbnails.`)
  if (linksOut > 0) {
    const [lead, were] = linksOut === 1 ? ['link leads', 'was'] : ['links lead', 'were']
    console.log(`${linksOut} ${lead} out of what was dropped, and ${were} not followed: --follow-links does.`)
  }
  printWarnings(items)
  if (lines.some(({ durable }) => durable === false)) {
    console.log('This NAS cannot be told to sync its disk: a power cut there may lose files that were just stored.')
  }
  if (lines.some(({ mayCollide }) => mayCollide === true)) {
    console.log('This NAS cannot guard a name: two workstations that store at the same moment may lose a file.')
  }
  for (const id of batchIds) console.log(`\nReceipt: ${commands.receipt(id)}`)
  if (counts.pending === 0) return
  const inReview = items.filter(({ stage }) => stage === 'review').length
  if (inReview > 0) {
    const asked = inReview === 1 ? '1 file looks like a design' : `${inReview} files look like designs`
    console.log(`\n${asked} of the shop. Decide in the window, or see: ${commands.review}`)
  }
  if (counts.pending > inReview && hold !== '') console.log(printable(`Waiting: ${hold}`))
  if (counts.pending > inReview || interrupt.aborted) {
    // A hold says itself that nothing is lost.
    console.log(`${hold === '' ? 'Nothing is lost. ' : ''}Go on with: ${commands.resume}`)
  }
}
