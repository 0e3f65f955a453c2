import { Check, CircleQuestionMark, LoaderCircle, TriangleAlert, X } from 'lucide-react'
import { useEffect, useRef } from 'react'
import {
  CONNECTION_STEPS,
  type ConnectionStepResult,
  type Finding,
  isLacking,
} from '../../../shared/domain/connection-test.ts'
import type { Failure, FailureCode } from '../../../shared/domain/failure.ts'
import { useLanguage } from '../../texts/language.tsx'

interface ConnectionStepsProps {
  readonly steps: readonly ConnectionStepResult[]
  /** More are to come. */
  readonly isRunning: boolean
}

/** Each step of the connection test with what came of it, up to the first that failed. */
export function ConnectionSteps({ steps, isRunning }: ConnectionStepsProps) {
  const { t } = useLanguage()
  const last = steps.at(-1)
  // Some steps are of no account for every NAS, and not told.
  const underway = CONNECTION_STEPS[last === undefined ? 0 : CONNECTION_STEPS.indexOf(last.step) + 1]
  return (
    <ol className="steps" aria-live="polite" aria-busy={isRunning}>
      {steps.map((result) => (
        <li key={result.step} data-state={stateOf(result)}>
          <StepIcon state={stateOf(result)} />
          <span>{t.settings.steps[result.step]}</span>
          {result.ok ? <Found finding={result.finding} /> : <Failed failure={result.failure} />}
        </li>
      ))}
      {isRunning && (
        <li>
          <LoaderCircle size={16} className="turning" aria-hidden />
          <span>{underway === undefined ? t.settings.nas.testing : t.settings.steps[underway]}</span>
        </li>
      )}
    </ol>
  )
}

type StepState = 'ok' | 'asked' | 'lacking' | 'failed'

function stateOf(result: ConnectionStepResult): StepState {
  if (!result.ok) return ASKED.has(result.failure.code) ? 'asked' : 'failed'
  return isLacking(result.finding) ? 'lacking' : 'ok'
}

/** What a person is asked for below the steps, and nothing is wrong about. */
const ASKED: ReadonlySet<FailureCode> = new Set(['host-key-unknown', 'code-wanted'])

function Found({ finding }: { finding: Finding }) {
  const { t, format } = useLanguage()
  switch (finding.kind) {
    case 'text':
      return <span className="steps-found selectable">{finding.text}</span>
    case 'free':
      return <span className="steps-found tabular">{t.settings.browser.free(format.bytes(finding.bytes))}</span>
    case 'code':
      return <span className="steps-found">{t.settings.found[finding.code]}</span>
  }
}

/** What happened, what to do, and the particulars; a changed identity is shown by itself, below. */
function Failed({ failure }: { failure: Failure }) {
  const { t } = useLanguage()
  const { message, action } = t.failure(failure)
  const row = useRef<HTMLDivElement>(null)
  useEffect(() => {
    // In braces: what it returns would be taken for the effect's clean-up.
    row.current?.scrollIntoView({ block: 'nearest', behavior: 'smooth' })
  }, [])
  if (ASKED.has(failure.code)) return <span className="steps-found">{message}</span>
  return (
    <div className="steps-failed selectable" ref={row}>
      <p>
        <strong>{message}</strong> {action}
      </p>
      {failure.detail !== undefined && failure.code !== 'host-key-changed' && (
        <p className="faint mono">{t.detail(failure.detail)}</p>
      )}
    </div>
  )
}

function StepIcon({ state }: { state: StepState }) {
  switch (state) {
    case 'ok':
      return <Check size={16} strokeWidth={2.5} aria-hidden />
    case 'asked':
      return <CircleQuestionMark size={16} aria-hidden />
    case 'lacking':
      return <TriangleAlert size={16} aria-hidden />
    case 'failed':
      return <X size={16} strokeWidth={2.5} aria-hidden />
  }
}
