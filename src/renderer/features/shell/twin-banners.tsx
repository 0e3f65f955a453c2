import { Copy } from 'lucide-react'
import { useState } from 'react'
import { useShallow } from 'zustand/react/shallow'
import type { BatchView } from '../../../shared/domain/batch.ts'
import { Button } from '../../components/button.tsx'
import { isEngineStopped } from '../../stores/engine-slice.ts'
import { shownProjection } from '../../stores/shown-shop.ts'
import { useGalley } from '../../stores/store-context.tsx'
import { useLanguage } from '../../texts/language.tsx'
import { TwinsDialog } from '../duplicates/twins-dialog.tsx'

/** Of each batch the files that a colleague stored as well while this computer was offline. */
export function TwinBanners() {
  const batches = useGalley(useShallow((state) => shownProjection(state).batches.filter(({ twins }) => twins > 0)))
  return batches.map((batch) => <TwinBanner key={batch.id} batch={batch} />)
}

function TwinBanner({ batch: { id, twins, folderName } }: { readonly batch: BatchView }) {
  const { t } = useLanguage()
  const isStopped = useGalley(isEngineStopped)
  const [isAsking, setIsAsking] = useState(false)
  return (
    <>
      <div className="banner" data-kind="warn" role="status">
        <Copy size={16} aria-hidden />
        <p>
          <strong>{t.twins.bannerTitle(twins)}</strong> {t.twins.bannerText(folderName)}
        </p>
        <Button isDisabled={isStopped} onClick={() => setIsAsking(true)}>
          {t.twins.ask}
        </Button>
      </div>
      {isAsking && <TwinsDialog batchId={id} onClose={() => setIsAsking(false)} />}
    </>
  )
}
