import { ChevronRight } from 'lucide-react'
import { useActions, useGalley } from '../../stores/store-context.tsx'
import { useLanguage } from '../../texts/language.tsx'

/** What of a batch is no picture, in one line: it opens to the files. */
export function NoPicturesRow({ batchId, isOpened }: { batchId: string; isOpened: boolean }) {
  const { t } = useLanguage()
  const count = useGalley(({ projection }) => projection.batches.find(({ id }) => id === batchId)?.noPictures ?? 0)
  const { setOpened } = useActions()
  return (
    <button
      type="button"
      className="no-pictures soft"
      tabIndex={-1}
      aria-expanded={isOpened}
      onClick={() => setOpened(`none/${batchId}`, !isOpened)}
    >
      <ChevronRight size={16} aria-hidden />
      {t.list.noPictures(count)}
    </button>
  )
}
