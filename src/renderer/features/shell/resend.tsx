import { useEffect, useState } from 'react'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { useActions, useGalley, useWindow } from '../../stores/store-context.tsx'
import { useLanguage } from '../../texts/language.tsx'

/** Sends a backend that knows nothing of the shop's past all that this computer knows, once a person said so. */
export function Resend({ shopId }: { shopId: string }) {
  const { t } = useLanguage()
  const { bridge } = useWindow()
  const { notify } = useActions()
  const [isAsking, setIsAsking] = useState(false)
  const [isSending, setIsSending] = useState(false)
  const send = async (): Promise<void> => {
    setIsAsking(false)
    setIsSending(true)
    const result = await bridge.resendRecords({ shopId })
    setIsSending(false)
    notify(result.ok ? { kind: 'resent', records: result.value.sent } : { kind: 'failure', failure: result.failure })
  }
  return (
    <>
      <Button isBusy={isSending} onClick={() => setIsAsking(true)}>
        {isSending ? t.banner.resend.sending : t.banner.resend.ask}
      </Button>
      {isAsking && <ResendDialog shopId={shopId} onYes={() => void send()} onClose={() => setIsAsking(false)} />}
    </>
  )
}

interface ResendDialogProps {
  readonly shopId: string
  readonly onYes: () => void
  readonly onClose: () => void
}

/** Says which shop of the backend would get it all: nobody can take that back. */
function ResendDialog({ shopId, onYes, onClose }: ResendDialogProps) {
  const { t } = useLanguage()
  const { bridge } = useWindow()
  const shop = useGalley(({ shops }) => shops?.find((setup) => setup.shop.id === shopId)?.shop)
  const [answersAs, setAnswersAs] = useState<string | null>(null)
  const url = shop?.backendUrl ?? null
  useEffect(() => {
    let isShown = true
    if (url !== null)
      void bridge.testBackend({ shopId, url }).then((result) => {
        if (isShown && result.ok) setAnswersAs(result.value.shopName)
      })
    return () => {
      isShown = false
    }
  }, [bridge, shopId, url])
  const words = t.banner.resend
  return (
    <Dialog label={words.title} onClose={onClose}>
      <h2>{words.title}</h2>
      <p className="soft">{words.text(shop?.name ?? '', answersAs)}</p>
      <div className="dialog-actions">
        <Button onClick={onClose}>{words.no}</Button>
        <Button kind="danger" onClick={onYes}>
          {words.yes}
        </Button>
      </div>
    </Dialog>
  )
}
