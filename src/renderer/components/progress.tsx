import { Check, Minus, Pause, TriangleAlert } from 'lucide-react'
import './progress.css'

/** A thin bar, 0 to 1. What it says stands in words beside it. */
export function ProgressBar({ value }: { value: number }) {
  return (
    <span className="progress-bar" aria-hidden>
      <span style={{ transform: `scaleX(${Math.min(1, Math.max(0, value))})` }} />
    </span>
  )
}

export type RingState = 'scanning' | 'moving' | 'paused' | 'attention' | 'done' | 'warned' | 'failed' | 'empty'

const RADIUS = 14
const LENGTH = 2 * Math.PI * RADIUS

/** How far a batch is, as a ring; when nothing moves, a sign of why. */
export function ProgressRing({ value, state }: { value: number; state: RingState }) {
  const shown = state === 'scanning' ? 0.25 : Math.min(1, Math.max(0, value))
  return (
    <span className="progress-ring" data-state={state} aria-hidden>
      <svg viewBox="0 0 32 32" className={state === 'scanning' ? 'turning' : ''} role="presentation">
        <circle cx="16" cy="16" r={RADIUS} className="progress-ring-track" />
        <circle
          cx="16"
          cy="16"
          r={RADIUS}
          className="progress-ring-value"
          strokeDasharray={LENGTH}
          strokeDashoffset={LENGTH * (1 - shown)}
        />
      </svg>
      {state === 'done' && <Check size={16} strokeWidth={2.5} />}
      {(state === 'failed' || state === 'warned') && <TriangleAlert size={15} />}
      {state === 'attention' && <TriangleAlert size={14} />}
      {state === 'paused' && <Pause size={13} fill="currentColor" strokeWidth={0} />}
      {state === 'empty' && <Minus size={15} />}
    </span>
  )
}
