import { type Failure, ruleOf } from '../../shared/domain/failure.ts'
import type { FailureRule, Held } from '../../shared/domain/failure-rule.ts'
import type { HoldKey, HoldKind } from '../../shared/domain/hold-key.ts'
import type { Item } from '../../shared/domain/item.ts'
import { factsOf, isEnded } from '../../shared/domain/stages.ts'
import { blockedBy } from './blocking.ts'
import { type ItemEvent, transition } from './transition.ts'

/** Interruptions in a row that are not held against the item: its connection broke or its worker ended, while bytes
 *  moved. From then on they count, so that even those end some time. */
export const MAX_INTERRUPTIONS = 20

/** What is known of an upload when it fails. */
export interface UploadFacts {
  /** A rename was in doubt when it began: the file may stand on the NAS, whatever this upload did. */
  readonly wasInDoubt: boolean
  /** It has the promise of a name: a rename may have been sent. */
  readonly isNamed: boolean
  /** The NAS acknowledged bytes meanwhile, of whatever file. */
  readonly sawProgress: boolean
  /** Its folder has taken other files since it refused this one first. */
  readonly isOwnFault: boolean
  /** How often in a row it waited alone before. */
  readonly tries: number
}

export interface Facts {
  /** A person cancels it at this moment. */
  readonly isCancelling: boolean
  /** None where no upload failed; what is not said of one is not so. */
  readonly upload?: Partial<UploadFacts>
}

/** What is left of an upload's temporary file: nothing, not even a name to look for; nothing but perhaps the name; what
 *  was sent when the connection was cut; what was sent, closed. */
export type Remains = 'none' | 'name' | 'cut' | 'closed'

/** What becomes of an item whose work failed, and of those that would meet the same. */
export interface Outcome {
  /** Null: the file is another than was examined, and is examined again. */
  readonly event: ItemEvent | null
  /** Who waits before the next try; null: nobody. */
  readonly holds: HoldKey | null
  /** Its folder's refusal is remembered, to find out whose fault it is. */
  readonly isRefusal: boolean
  readonly remains: Remains
  /** Nothing was stored under its name, proven: the number goes to the next. */
  readonly freesName: boolean
}

/** Decides what follows from a failure of the work on a claimed item. Pure: the lanes do what it says. */
export function outcomeOf(because: Failure, item: Item, { isCancelling, upload }: Facts): Outcome {
  const rule = ruleOf(because.code)
  const { wasInDoubt = false, isNamed = false, sawProgress = false, isOwnFault = false, tries = 0 } = upload ?? {}
  const own: HoldKey = { kind: 'item', itemId: item.id }
  const outcome = (event: ItemEvent | null, holds: HoldKey | null = null, more: Partial<Outcome> = {}): Outcome => {
    const hasEnded = event !== null && isEnded(transition(item, event)?.state.stage ?? item.state.stage)
    const remains = rule.isCut === true && !hasEnded ? 'cut' : 'name'
    const freesName = hasEnded && rule.isInDoubt !== true
    return { event, holds, isRefusal: false, remains, freesName, ...more }
  }
  if (rule.class === 'stopped') {
    // One that began with a rename in doubt may have been stopped before anybody looked.
    const isCancelled = isCancelling && !wasInDoubt
    // What was sent stays for the one as for the other: a cancel can be taken back.
    const left = { remains: 'closed', freesName: !wasInDoubt } as const
    return outcome({ type: isCancelled ? 'cancelled' : 'released' }, null, left)
  }
  if (rule.isOtherFile === true && 'examination' in item.state) return outcome(null)
  if (rule.class === 'permanent') {
    // A fault of ours ends no file that may be on the NAS: the next upload looks for it there.
    if (rule.isInDoubt === true && isNamed) return outcome({ type: 'released' }, own)
    return outcome({ type: 'failed', failure: because })
  }
  if (rule.isCut === true && upload === undefined) return outcome({ type: 'worker-died' })

  const isInterruption = rule.isCut === true && (rule.class === 'retry' || sawProgress)
  const mayBeOwn = rule.class === 'hold' && rule.mayBeOwn === true
  const shared = isAboutReplaced(rule, item) ? null : sharedKey(rule, item)
  if (shared !== null && !isInterruption && !(mayBeOwn && isOwnFault)) {
    // What needs the whole NAS left nothing: one that is full for a day must not leave thousands of names to look for.
    const leavesSome = rule.isCut === true || (rule.class === 'hold' && rule.holds === 'folder')
    const left: Partial<Outcome> = leavesSome ? {} : { remains: 'none' }
    return outcome({ type: 'released' }, shared, { isRefusal: mayBeOwn, ...left })
  }
  // What is known to be wrong on the NAS ends no file, and an interruption only one that others fare better than.
  const isWorn = isInterruption && tries >= MAX_INTERRUPTIONS
  const counts = isInterruption ? isWorn && isOwnFault : rule.pause === 'backoff'
  const event = counts ? ({ type: 'attempt-failed', failure: because } as const) : ({ type: 'released' } as const)
  const isRefusal = isInterruption ? isWorn : mayBeOwn && shared !== null
  return outcome(event, own, { isRefusal })
}

/** What each stands for among the needs of a stage. Of what is written on this computer, beside the catalog, only print
 *  files wait for room. */
const KINDS: Readonly<Record<Held, readonly HoldKind[]>> = {
  nas: ['nas'],
  folder: ['folder'],
  backend: ['backend'],
  worker: ['imaging-worker', 'transfer-worker'],
  local: ['prepare'],
}

/** What the failure holds beside the item: one of those that its next claim asks for. Null where it stops only the item. */
function sharedKey(rule: FailureRule, item: Item): HoldKey | null {
  const { releasedTo } = factsOf(item.state.stage)
  if (rule.class !== 'hold' || releasedTo === undefined) return null
  return blockedBy(releasedTo, item).find(({ kind }) => KINDS[rule.holds].includes(kind)) ?? null
}

/** The design whose place the item takes, as was decided; null for the others. */
export function replacedId({ decided }: Item): string | null {
  return decided?.decision === 'replace' ? (decided.review.matches[0]?.id ?? null) : null
}

/** What it would replace may be refused to it alone, while the folder takes new files. */
function isAboutReplaced(rule: FailureRule, item: Item): boolean {
  const isSetUpSo = rule.class === 'hold' && rule.holds === 'folder' && rule.pause !== 'backoff'
  return isSetUpSo && replacedId(item) !== null
}
