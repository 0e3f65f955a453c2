import { useState } from 'react'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { useActions, useGalley } from '../../stores/store-context.tsx'
import { useLanguage } from '../../texts/language.tsx'

/** A full NAS has room again once files that were taken back are kept no longer: when a person agrees. */
export function DropWithdrawn({ shopId }: { readonly shopId: string }) {
  const { t, format } = useLanguage()
  const { dropWithdrawn } = useActions()
  const [isAsking, setIsAsking] = useState(false)
  const kept = useGalley(({ projection }) => projection.status.withdrawn.find((one) => one.shopId === shopId))
  if (kept === undefined) return null
  const words = t.twins.drop
  const yes = (): void => {
    setIsAsking(false)
    void dropWithdrawn(shopId)
  }
  return (
    <>
      <Button onClick={() => setIsAsking(true)}>{words.ask(kept.files)}</Button>
      {isAsking && (
        <Dialog label={words.ask(kept.files)} onClose={() => setIsAsking(false)}>
          <h2>{words.title(kept.files)}</h2>
          <p className="soft">{words.text(format.bytes(kept.bytes))}</p>
          <div className="dialog-actions">
            <Button onClick={() => setIsAsking(false)}>{words.no}</Button>
            <Button kind="danger" onClick={yes}>
              {words.yes}
            </Button>
          </div>
        </Dialog>
      )}
    </>
  )
}
