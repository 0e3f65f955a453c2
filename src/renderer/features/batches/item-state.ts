import {
  Ban,
  CircleCheck,
  CircleDashed,
  CirclePause,
  CircleX,
  Clock,
  CloudOff,
  Copy,
  FileClock,
  HardDrive,
  KeyRound,
  Laptop,
  LibraryBig,
  type LucideIcon,
  Printer,
  RotateCw,
  ScanSearch,
  Server,
  ShieldAlert,
  ShieldCheck,
  SkipForward,
  Undo2,
  Upload,
  Users,
} from 'lucide-react'
import type { ItemView } from '../../../shared/domain/batch.ts'
import { type Failure, mayHelp } from '../../../shared/domain/failure.ts'
import type { HeldKind } from '../../../shared/domain/failure-rule.ts'
import type { Hold } from '../../../shared/domain/item.ts'
import { factsOf, isActive, type ShownStage } from '../../../shared/domain/stages.ts'
import type { Texts } from '../../texts/en.ts'

/** How a state looks: always an icon and a word, the colour only underlines it. */
export interface ItemState {
  readonly icon: LucideIcon
  readonly word: string
  readonly tone: 'calm' | 'moving' | 'good' | 'warn' | 'bad'
  /** Why it is so, where the word alone does not say it. */
  readonly reason: string
}

/** Without one of its own, a stage waits its turn. */
const STAGE_ICONS: Readonly<Partial<Record<ShownStage, LucideIcon>>> = {
  inspecting: ScanSearch,
  hashing: ScanSearch,
  matching: ScanSearch,
  review: Copy,
  preparing: Printer,
  uploading: Upload,
  verifying: ShieldCheck,
  stored: HardDrive,
  recording: FileClock,
  done: CircleCheck,
  skipped: SkipForward,
  failed: CircleX,
  cancelled: Ban,
}

/** What holds all that would meet the same, where it is told by itself. */
export const HELD_ICONS: Readonly<Record<HeldKind, LucideIcon>> = {
  'host-key': ShieldAlert,
  'needs-sign-in': KeyRound,
  'nas-full': HardDrive,
  'nas-setup': HardDrive,
  offline: CloudOff,
  backend: Server,
  local: Laptop,
}

const HOLD_ICONS: Readonly<Record<Hold['kind'], LucideIcon>> = {
  ...HELD_ICONS,
  paused: CirclePause,
  twin: Copy,
  library: LibraryBig,
  elsewhere: Users,
  scheduled: Clock,
  // In a row it is the file's: its record waits, or this computer's disk.
  backend: FileClock,
  local: HardDrive,
  'retry-at': RotateCw,
}

/** What the row of an item says about its state. `now`: ms since 1970; `isAtRest`: the engine is, and nothing moves. */
export function itemState(item: ItemView, t: Texts, now: number, isAtRest: boolean): ItemState {
  const { stage, hold, failure } = item
  if (isAtRest && isActive(stage)) return restingState(item, t, now)
  if (hold !== null && isActive(stage)) return heldState(hold, t, now)
  const state = { icon: STAGE_ICONS[stage] ?? CircleDashed, word: t.stages[stage] }
  switch (stage) {
    case 'failed':
      return { ...state, tone: 'bad', reason: failure === null ? '' : failureReason(failure, t) }
    case 'review':
      return { ...state, tone: 'warn', reason: matchReason(item, t) }
    case 'skipped':
      return { ...state, tone: 'calm', reason: matchReason(item, t) }
    case 'done':
      if (item.twin?.state === 'withdrawn')
        return { icon: Undo2, word: t.twins.withdrawn, tone: 'calm', reason: item.twin.theirs?.split('/').at(-1) ?? '' }
      return { ...state, tone: 'good', reason: '' }
    default:
      return { ...state, tone: factsOf(stage).isMoving === true ? 'moving' : 'calm', reason: '' }
  }
}

/** Without an engine: what was known of it last, and nothing that goes on or is tried again by itself. */
function restingState({ stage, hold }: ItemView, t: Texts, now: number): ItemState {
  if (hold !== null && hold.kind !== 'retry-at' && hold.kind !== 'library')
    return { ...heldState(hold, t, now), tone: 'calm' }
  const given = factsOf(stage).releasedTo ?? stage
  const rests = given === 'matching' ? 'waiting' : given
  return { icon: STAGE_ICONS[rests] ?? CircleDashed, word: t.stages[rests], tone: 'calm', reason: '' }
}

/** May it be tried again, by whoever sees it at its end? */
export function canRetry({ stage, failure }: Pick<ItemView, 'stage' | 'failure'>): boolean {
  return stage === 'cancelled' || (stage === 'failed' && (failure === null || mayHelp(failure)))
}

function heldState(hold: Hold, t: Texts, now: number): ItemState {
  const icon = HOLD_ICONS[hold.kind]
  switch (hold.kind) {
    case 'paused':
    case 'twin':
    case 'library':
      return { icon, word: t.holds[hold.kind], tone: 'calm', reason: '' }
    case 'scheduled':
      return { icon, word: t.holds.scheduled(hold.until), tone: 'calm', reason: '' }
    case 'elsewhere': {
      // Which workstation, and since when, is the particular of it.
      const { detail } = hold.failure
      const { message } = t.failure(hold.failure)
      const reason = detail === undefined ? message : message.replace(/\.$/, `: ${t.detail(detail)}.`)
      return { icon, word: t.holds.elsewhere, tone: 'calm', reason }
    }
    case 'retry-at': {
      const nextTry = nextTryAt(hold)
      const reason = [t.failure(hold.failure).message, ...(nextTry === null ? [] : [t.item.nextTry(nextTry, now)])]
      return { icon, word: t.holds['retry-at'](hold.attempt), tone: 'warn', reason: reason.join(' ') }
    }
    default:
      return { icon, word: t.holds[hold.kind], tone: 'warn', reason: t.failure(hold.failure).message }
  }
}

/** When what is held is tried again by itself, in ms since 1970; null: it is not. */
export function nextTryAt(hold: Hold | null): number | null {
  return hold !== null && 'failure' in hold ? (hold.nextTryAt ?? null) : null
}

function failureReason(failure: Failure, t: Texts): string {
  const { message, action } = t.failure(failure)
  return `${message} ${action}`
}

function matchReason({ matches, decision }: ItemView, t: Texts): string {
  const first = matches[0]
  if (first === undefined) return ''
  if (decision === 'again') return t.item.skippedBefore(first.fileName)
  return t.item.like(first)
}
