import type { Failure } from '../../shared/domain/failure.ts'

/** What happened and what to do. */
export function FailureText({ failure }: { failure: Failure }) {
  return (
    <div className="failure-text selectable">
      <strong>{failure.message}</strong> <span>{failure.action}</span>
      {failure.detail !== undefined && <p className="faint mono">{failure.detail}</p>}
    </div>
  )
}
