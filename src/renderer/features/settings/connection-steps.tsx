import { Check, Circle, LoaderCircle, X } from 'lucide-react'
import { CONNECTION_STEPS, type ConnectionStepResult } from '../../../shared/worker/transfer.ts'
import type { Texts } from '../../texts/en.ts'
import { useLanguage } from '../../texts/language.tsx'

/** Each step of the connection test with what came of it; those after the first that failed were not tried. */
export function ConnectionSteps({ steps, isRunning }: { steps: readonly ConnectionStepResult[]; isRunning: boolean }) {
  const { t } = useLanguage()
  return (
    <ol className="steps" aria-live="polite" aria-busy={isRunning}>
      {CONNECTION_STEPS.map((step) => {
        const result = steps.find((one) => one.step === step)
        const state = result === undefined ? (isRunning ? 'running' : 'untried') : result.ok ? 'ok' : 'failed'
        return (
          <li key={step} data-state={state}>
            <StepIcon state={state} />
            <span>{t.settings.steps[step]}</span>
            {result !== undefined && <span className="steps-detail selectable">{detailOf(result, t)}</span>}
          </li>
        )
      })}
    </ol>
  )
}

/** A failure says what to do; an identity to compare is shown by itself, below. */
function detailOf({ detail, failure }: ConnectionStepResult, t: Texts): string {
  if (failure === null) return detail
  const { message, action } = t.failure(failure)
  return `${message} ${action}`
}

function StepIcon({ state }: { state: 'running' | 'untried' | 'ok' | 'failed' }) {
  switch (state) {
    case 'running':
      return <LoaderCircle size={16} className="turning" aria-hidden />
    case 'untried':
      return <Circle size={16} aria-hidden />
    case 'ok':
      return <Check size={16} strokeWidth={2.5} aria-hidden />
    case 'failed':
      return <X size={16} strokeWidth={2.5} aria-hidden />
  }
}
