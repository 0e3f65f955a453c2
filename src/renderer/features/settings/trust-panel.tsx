import { Fingerprint } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { Button } from '../../components/button.tsx'
import { useLanguage } from '../../texts/language.tsx'
import type { Identity } from './nas-draft.ts'

/** Shows the fingerprint to compare; the NAS is trusted only by this button. */
export function TrustPanel({ identity, onTrust }: { identity: Identity; onTrust: () => void }) {
  const { t } = useLanguage()
  const panel = useRef<HTMLElement>(null)
  useEffect(() => {
    // In braces: what it returns would be taken for the effect's clean-up.
    panel.current?.scrollIntoView({ block: 'nearest', behavior: 'smooth' })
  }, [])
  return (
    <section className="trust" data-changed={identity.isChanged} ref={panel}>
      <Fingerprint size={24} strokeWidth={1.5} aria-hidden />
      <div>
        <h3>{identity.isChanged ? t.settings.trust.changedTitle : t.settings.trust.title}</h3>
        <p className="soft">{identity.isChanged ? t.settings.trust.changedText : t.settings.trust.text}</p>
        <p className="trust-fingerprint mono selectable">{identity.fingerprint}</p>
        <Button kind={identity.isChanged ? 'danger' : 'primary'} onClick={onTrust}>
          {t.settings.trust.yes}
        </Button>
      </div>
    </section>
  )
}
