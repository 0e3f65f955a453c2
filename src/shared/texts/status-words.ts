import type { Failure } from '../domain/failure.ts'
import type { HeldKind } from '../domain/failure-rule.ts'
import type { WorkStatus } from '../domain/work-status.ts'
import type { WorkTexts } from './work-en.ts'

/** How the work stands, in words: what matters most, and what belongs to it. */
export interface StatusWords {
  readonly headline: string
  readonly facts: readonly string[]
}

/** Below this a speed says nothing to a person. */
const SLOW_BYTES_PER_SECOND = 1_000

/** The words for a status. `leftMs`: how long the work will take, where that is known; `now`: ms since 1970. */
export function statusWords(status: WorkStatus, t: WorkTexts, now: number, leftMs: number | null = null): StatusWords {
  const { toDecide, failedUnseen, kind } = status
  const facts = [
    ...workFacts(status, t, now, leftMs),
    ...(failedUnseen > 0 && kind !== 'failed' ? [t.failed(failedUnseen)] : []),
    ...(toDecide > 0 ? [t.toDecide(toDecide)] : []),
  ]
  return { headline: headlineOf(status, t), facts }
}

/** In one line. */
export function statusLine(status: WorkStatus, t: WorkTexts, now: number): string {
  const { headline, facts } = statusWords(status, t, now)
  return [headline, ...facts].join(' · ')
}

/** Why files are held, in two words. */
export function heldWord(kind: HeldKind, { code }: Failure, t: WorkTexts): string {
  if (code === 'host-key-unknown') return t.unknownNas
  return code === 'configuration' ? t.notSetUp : t.held[kind]
}

function headlineOf(status: WorkStatus, t: WorkTexts): string {
  switch (status.kind) {
    case 'starting':
    case 'restarting':
    case 'stopped':
    case 'asking':
    case 'idle':
      return t[status.kind]
    case 'paused':
      return t.paused(status.until)
    case 'working':
      return status.isScanning ? t.scanning : t.working
    case 'failed':
      return t.failed(status.failedUnseen)
    case 'held':
      return heldWord(status.shown, status.failure, t)
  }
}

function workFacts(status: WorkStatus, t: WorkTexts, now: number, leftMs: number | null): readonly string[] {
  const { toGo, held } = status
  if (toGo === 0) return []
  if (status.kind !== 'working') {
    const isTried = status.kind === 'held' && status.nextTryAt !== null
    return [t.waiting(toGo), ...(isTried ? [t.nextTry(status.nextTryAt ?? now, now)] : [])]
  }
  const [pressing] = held
  return [
    t.toGo(toGo),
    ...(status.bytesPerSecond >= SLOW_BYTES_PER_SECOND ? [t.rate(status.bytesPerSecond)] : []),
    ...(leftMs === null ? [] : [t.left(leftMs)]),
    ...(pressing === undefined
      ? []
      : [`${heldWord(pressing.kind, pressing.failure, t)}: ${t.waiting(pressing.count + pressing.others)}`]),
  ]
}
