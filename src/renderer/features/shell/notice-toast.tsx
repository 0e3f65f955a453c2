import { CircleCheck, CircleX, X } from 'lucide-react'
import { useEffect } from 'react'
import { IconButton } from '../../components/button.tsx'
import { FailureText } from '../../components/failure-text.tsx'
import { useActions, useGalley } from '../../stores/store-context.tsx'
import type { Notice } from '../../stores/window-slice.ts'
import { useLanguage } from '../../texts/language.tsx'
import './notice-toast.css'

const SAVED_SHOWN_MS = 5000

/** The latest refusal or confirmation, at the window's edge. A refusal stays until it is closed. */
export function NoticeToast() {
  const { t } = useLanguage()
  const notice = useGalley((state) => state.notice)
  const { notify } = useActions()
  useEffect(() => {
    if (notice?.kind !== 'saved') return
    const timer = setTimeout(() => notify(null), SAVED_SHOWN_MS)
    return () => clearTimeout(timer)
  }, [notice, notify])
  return (
    <div className="notices" role="status">
      {notice !== null && (
        <div className="notice" data-kind={notice.kind}>
          <NoticeText notice={notice} />
          <IconButton label={t.close} icon={X} onClick={() => notify(null)} />
        </div>
      )}
    </div>
  )
}

function NoticeText({ notice }: { notice: Notice }) {
  const { t } = useLanguage()
  switch (notice.kind) {
    case 'failure':
      return (
        <>
          <CircleX size={16} aria-hidden />
          <FailureText failure={notice.failure} />
        </>
      )
    case 'not-on-disk':
      return (
        <>
          <CircleX size={16} aria-hidden />
          <p>
            <strong>{t.drop.nothingOnDisk}</strong> {t.drop.nothingOnDiskAction}
          </p>
        </>
      )
    case 'not-taken':
      return (
        <>
          <CircleX size={16} aria-hidden />
          <p>
            <strong>{t.drop.notTaken}</strong> {t.drop.notTakenAction[notice.why]}
          </p>
        </>
      )
    case 'saved':
      return (
        <>
          <CircleCheck size={16} aria-hidden />
          <div className="selectable">
            <strong>{t.notices.receiptSaved}</strong>
            <p className="soft mono">{notice.path}</p>
          </div>
        </>
      )
  }
}
