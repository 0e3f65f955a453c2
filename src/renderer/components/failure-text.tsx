import type { Failure } from '../../shared/domain/failure.ts'
import { useLanguage } from '../texts/language.tsx'

/** What happened and what to do. */
export function FailureText({ failure }: { failure: Failure }) {
  const { t } = useLanguage()
  const { message, action } = t.failure(failure)
  return (
    <div className="failure-text selectable">
      <strong>{message}</strong> <span>{action}</span>
      {failure.detail !== undefined && <p className="faint mono">{t.detail(failure.detail)}</p>}
    </div>
  )
}
