import { Fingerprint } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { Button } from '../../components/button.tsx'
import { useLanguage } from '../../texts/language.tsx'

/** Shows the fingerprint to compare; the NAS is trusted only by this button. */
export function TrustPanel({ fingerprint, onTrust }: { fingerprint: string; onTrust: () => void }) {
  const { t } = useLanguage()
  const panel = useRef<HTMLElement>(null)
  useEffect(() => panel.current?.scrollIntoView({ block: 'nearest', behavior: 'smooth' }), [])
  return (
    <section className="trust" ref={panel}>
      <Fingerprint size={24} strokeWidth={1.5} aria-hidden />
      <div>
        <h3>{t.settings.trust.title}</h3>
        <p className="soft">{t.settings.trust.text}</p>
        <p className="trust-fingerprint mono selectable">{fingerprint}</p>
        <Button kind="primary" onClick={onTrust}>
          {t.settings.trust.yes}
        </Button>
      </div>
    </section>
  )
}
