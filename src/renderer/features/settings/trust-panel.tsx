import { Fingerprint } from 'lucide-react'
import { Button } from '../../components/button.tsx'
import { useLanguage } from '../../texts/language.tsx'

/** Shows the fingerprint to compare; the NAS is trusted only by this button. */
export function TrustPanel({ fingerprint, onTrust }: { fingerprint: string; onTrust: () => void }) {
  const { t } = useLanguage()
  return (
    <section className="trust">
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
