import { endedFailure, type Failure, failure } from '../../shared/domain/failure.ts'
import type { Examination, Item, ItemState, PreparedFile, SourceFile, StoredFile } from '../../shared/domain/item.ts'
import type { Decision, Match } from '../../shared/domain/match.ts'
import { assertNever } from '../../shared/domain/result.ts'
import { factsOf, hasStored, isEnded, isInHand, isToSend, type Stage } from '../../shared/domain/stages.ts'

/** What a matching item turned out to be. */
export type Verdict =
  | { readonly kind: 'upload'; readonly copy: number }
  | { readonly kind: 'review'; readonly matches: readonly Match[] }
  | { readonly kind: 'skip'; readonly match: Match; readonly by: 'duplicate' | 'remembered' }

export type ItemEvent =
  | { readonly type: 'claimed' }
  | { readonly type: 'examined'; readonly examination: Examination }
  /** `isPrepared`: its template makes print files. */
  | { readonly type: 'matched'; readonly verdict: Verdict; readonly isPrepared: boolean }
  | { readonly type: 'decided'; readonly decision: Decision; readonly copy: number; readonly isPrepared: boolean }
  /** To be sent, and stored by another workstation meanwhile: it is compared anew. */
  | { readonly type: 'stored-elsewhere' }
  /** A person takes the decision back. */
  | { readonly type: 'undone' }
  /** And what it replaced stands on the NAS as before. */
  | { readonly type: 'replacement-undone' }
  /** Without a print file where the template asks for none any more. */
  | { readonly type: 'prepared'; readonly prepared?: PreparedFile }
  | { readonly type: 'stored'; readonly stored: StoredFile }
  | { readonly type: 'recorded' }
  /** After a rebuild: the backend has its record, and the NAS its file. */
  | { readonly type: 'found-recorded'; readonly examination: Examination; readonly stored: StoredFile }
  /** The work of the present stage failed and is to be tried again: counted. */
  | { readonly type: 'attempt-failed'; readonly failure: Failure }
  /** The claim ended through no fault of the item's: not counted. */
  | { readonly type: 'released' }
  | { readonly type: 'worker-died' }
  /** The file is another than the one that was hashed. */
  | { readonly type: 'source-changed'; readonly source: SourceFile }
  | { readonly type: 'failed'; readonly failure: Failure }
  | { readonly type: 'cancelled' }
  /** A person asks for a failed or a cancelled item again. */
  | { readonly type: 'retried' }

/** Attempts at one stage's work before the item fails for good. */
export const MAX_ATTEMPTS = 8
export const MAX_WORKER_DEATHS = 3

/** The only way from one stage to another. Pure. An event that cannot happen in the stage returns null: it came late
 *  (a cancelled item's upload that ends, a double click) and changes nothing. Ended items move by a retry, or when a decision is taken back. */
export function transition(item: Item, event: ItemEvent): Item | null {
  const { state } = item
  const to = (next: ItemState | null): Item | null => (next === null ? null : { ...item, attempts: 0, state: next })
  switch (event.type) {
    case 'claimed':
      return at(item, factsOf(state.stage).claimedTo)
    case 'examined':
      if (state.stage !== 'inspecting') return null
      // Attempts go on counting until the file is stored: one that changes all the time must not go round for ever.
      return {
        ...item,
        source: { ...item.source, ...event.examination.source },
        state: { stage: 'matching', examination: event.examination },
      }
    case 'matched':
      return state.stage === 'matching' ? judged(item, state.examination, event) : null
    case 'decided': {
      if (state.stage !== 'review') return null
      const decided: Item = { ...item, attempts: 0, decided: { decision: event.decision, review: state } }
      if (event.decision === 'skip')
        return { ...decided, state: { stage: 'skipped', by: 'person', match: state.matches[0] ?? null } }
      return { ...decided, copy: event.copy, state: toSend(state.examination, event.isPrepared) }
    }
    case 'prepared': {
      if (state.stage !== 'preparing') return null
      const { type: _, ...made } = event
      return { ...item, state: { stage: 'waiting', examination: state.examination, ...made } }
    }
    case 'stored-elsewhere':
      if (!isToSend(state.stage) || !('examination' in state)) return null
      return {
        ...item,
        attempts: 0,
        copy: 0,
        decided: null,
        state: { stage: 'matching', examination: state.examination },
      }
    case 'undone':
      // Work on it, if there was any, was stopped before: it is waiting again, or it is too late.
      if (item.decided === null || !(isToSend(state.stage) || state.stage === 'skipped')) return null
      return { ...item, attempts: 0, copy: 0, decided: null, state: item.decided.review }
    case 'replacement-undone':
      if (item.decided?.decision !== 'replace' || state.stage !== 'done') return null
      return { ...item, attempts: 0, copy: 0, decided: null, state: item.decided.review }
    case 'stored':
      if (state.stage !== 'uploading') return null
      return to({ stage: 'stored', examination: state.examination, stored: event.stored })
    case 'recorded':
      return state.stage === 'recording' || state.stage === 'stored' ? to({ ...state, stage: 'done' }) : null
    case 'found-recorded':
      if (isEnded(state.stage) || hasStored(state)) return null
      return to({ stage: 'done', examination: event.examination, stored: event.stored })
    case 'released':
      return released(item)
    case 'attempt-failed': {
      const again = released(item)
      if (again === null) return null
      const attempts = item.attempts + 1
      return attempts >= MAX_ATTEMPTS ? failed(item, event.failure) : { ...again, attempts }
    }
    case 'worker-died': {
      const again = released(item)
      if (again === null) return null
      const workerDeaths = item.workerDeaths + 1
      const isPoison = workerDeaths >= MAX_WORKER_DEATHS
      return { ...(isPoison ? failed(item, failure('poison')) : again), workerDeaths }
    }
    case 'source-changed': {
      if (!isInHand(state.stage)) return null
      const attempts = item.attempts + 1
      if (attempts >= MAX_ATTEMPTS) return failed(item, failure('source-changed'))
      // What was said was said of another picture.
      return { ...item, attempts, source: event.source, decided: null, state: { stage: 'accepted' } }
    }
    case 'failed':
      return isEnded(state.stage) ? null : failed(item, event.failure)
    case 'cancelled':
      if (isEnded(state.stage) || hasStored(state)) return null
      return to(
        'examination' in state ? { stage: 'cancelled', examination: state.examination } : { stage: 'cancelled' },
      )
    case 'retried':
      return state.stage === 'failed' || state.stage === 'cancelled'
        ? { ...item, attempts: 0, workerDeaths: 0, decided: null, state: retried(state) }
        : null
    default:
      return assertNever(event)
  }
}

function toSend(examination: Examination, isPrepared: boolean): ItemState {
  return { stage: isPrepared ? 'ready' : 'waiting', examination }
}

function judged(
  item: Item,
  examination: Examination,
  { verdict, isPrepared }: { readonly verdict: Verdict; readonly isPrepared: boolean },
): Item {
  switch (verdict.kind) {
    case 'upload':
      return { ...item, copy: verdict.copy, state: toSend(examination, isPrepared) }
    case 'review':
      return { ...item, state: { stage: 'review', examination, matches: verdict.matches } }
    case 'skip':
      return { ...item, attempts: 0, state: { stage: 'skipped', by: verdict.by, match: verdict.match } }
  }
}

/** Back to where a claim can be made again. */
function released(item: Item): Item | null {
  return at(item, factsOf(item.state.stage).releasedTo)
}

/** In another stage, with the same data: the table of stages names only one that carries no other. */
function at(item: Item, stage: Stage | undefined): Item | null {
  return stage === undefined ? null : { ...item, state: withStage(item.state, stage) }
}

function withStage<State extends ItemState>(state: State, stage: Stage): State {
  return { ...state, stage }
}

function failed(item: Item, because: Failure): Item {
  const { state } = item
  const ended = { stage: 'failed', failure: endedFailure(because) } as const
  if (!hasStored(state)) return { ...item, state: { ...ended, stored: null } }
  return { ...item, state: { ...ended, examination: state.examination, stored: state.stored } }
}

/** What stands on the NAS is not sent again: only its record is. What was cancelled is compared anew: a twin of it may
 *  have been stored meanwhile. */
function retried(state: Extract<ItemState, { stage: 'failed' | 'cancelled' }>): ItemState {
  if (state.stage === 'cancelled')
    return state.examination === undefined
      ? { stage: 'accepted' }
      : { stage: 'matching', examination: state.examination }
  const { stored } = state
  return stored === null ? { stage: 'accepted' } : { stage: 'stored', examination: state.examination, stored }
}
