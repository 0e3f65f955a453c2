import { Fingerprint } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { Button } from '../../components/button.tsx'
import { useLanguage } from '../../texts/language.tsx'
import type { Identity } from './nas-draft.ts'

interface TrustPanelProps {
  /** Whose identity it is. */
  readonly of: 'nas' | 'backend'
  readonly identity: Identity
  /** By which it was trusted until now, and since when, where that is known. */
  readonly trusted: { readonly fingerprint: string; readonly trustedAt: number } | null
  /** A person was led here, or did what it answers. */
  readonly ledTo: object | null
  readonly onTrust: () => void
}

/** Shows the fingerprint to compare, a changed one beside the one before; it is trusted only by this button. */
export function TrustPanel({ of, identity, trusted, ledTo, onTrust }: TrustPanelProps) {
  const { t, format } = useLanguage()
  const { fingerprint, isChanged, before } = identity
  const words = { ...t.settings.trust, ...t.settings.trust[of] }
  const panel = useRef<HTMLElement>(null)
  useEffect(() => {
    if (ledTo === null) return
    panel.current?.scrollIntoView({ block: 'center' })
    panel.current?.focus({ preventScroll: true })
  }, [ledTo])
  return (
    <section className="trust" data-changed={isChanged} ref={panel} tabIndex={-1} aria-label={words.label}>
      <Fingerprint size={24} strokeWidth={1.5} aria-hidden />
      <div>
        <p className="trust-title">{isChanged ? words.changedTitle : words.title}</p>
        <p className="soft">{isChanged ? words.changedText : words.text}</p>
        <dl>
          {before !== null && (
            <Shown
              term={trusted?.fingerprint === before ? words.since(format.day(trusted.trustedAt)) : words.before}
              fingerprint={before}
            />
          )}
          <Shown term={isChanged ? words.now : words.fingerprint} fingerprint={fingerprint} />
        </dl>
        <Button kind={isChanged ? 'danger' : 'primary'} onClick={onTrust}>
          {isChanged ? words.changedYes : words.yes}
        </Button>
      </div>
    </section>
  )
}

function Shown({ term, fingerprint }: { term: string; fingerprint: string }) {
  return (
    <div>
      <dt>{term}</dt>
      <dd className="mono selectable">{fingerprint}</dd>
    </div>
  )
}
