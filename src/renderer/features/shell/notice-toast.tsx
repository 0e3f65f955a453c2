import { CircleCheck, CircleX, Undo2, X } from 'lucide-react'
import { useEffect } from 'react'
import { Button, IconButton } from '../../components/button.tsx'
import { FailureText } from '../../components/failure-text.tsx'
import { useActions, useGalley } from '../../stores/store-context.tsx'
import type { Notice } from '../../stores/window-slice.ts'
import type { Texts } from '../../texts/en.ts'
import { useLanguage } from '../../texts/language.tsx'
import { shortcutText } from './shortcuts.ts'
import './notice-toast.css'

/** What asks for nothing goes away by itself; what can be taken back stays a little longer. */
const SHOWN_MS: Partial<Record<Notice['kind'], number>> = {
  ...{
    'settings-saved': 3000,
    paired: 5000,
    resent: 8000,
    saved: 5000,
    undone: 5000,
    uncancelled: 5000,
    uncleared: 5000,
  },
  ...{ decided: 8000, 'twins-settled': 8000, cancelled: 8000, cleared: 8000 },
}

/** The latest refusal or confirmation, at the window's edge. A refusal stays until it is closed. */
export function NoticeToast() {
  const { t } = useLanguage()
  const notice = useGalley((state) => state.notice)
  const { notify, undo } = useActions()
  useEffect(() => {
    const shownMs = notice === null ? undefined : SHOWN_MS[notice.kind]
    if (shownMs === undefined) return
    const timer = setTimeout(() => notify(null), shownMs)
    return () => clearTimeout(timer)
  }, [notice, notify])
  return (
    <div className="notices" role="status">
      {notice !== null && (
        <div className="notice" data-kind={notice.kind}>
          <NoticeText notice={notice} />
          {canBeUndone(notice) && (
            <Button kind="quiet" icon={Undo2} shortcut={shortcutText('Z')} onClick={() => void undo()}>
              {t.notices.undo}
            </Button>
          )}
          <IconButton label={t.close} icon={X} onClick={() => notify(null)} />
        </div>
      )}
    </div>
  )
}

function canBeUndone(notice: Notice): boolean {
  return (
    ['decided', 'twins-settled', 'cleared'].includes(notice.kind) || (notice.kind === 'cancelled' && notice.files > 0)
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
    case 'decided':
    case 'twins-settled':
    case 'undone':
    case 'cancelled':
    case 'uncancelled':
    case 'cleared':
    case 'uncleared':
    case 'settings-saved':
    case 'paired':
    case 'resent':
      return (
        <>
          <CircleCheck size={16} aria-hidden />
          <p>{doneText(notice, t)}</p>
        </>
      )
    case 'changed-elsewhere':
      return (
        <>
          <CircleX size={16} aria-hidden />
          <p>
            <strong>{t.notices.changedElsewhere}</strong> {t.notices.changedElsewhereAction}
          </p>
        </>
      )
    case 'records-moved':
      return (
        <>
          <CircleCheck size={16} aria-hidden />
          <div className="selectable">
            <strong>{t.notices.recordsMoved(notice.asked)}</strong>
            {notice.keptIn !== null && <p className="soft">{t.notices.recordsStay(notice.keptIn)}</p>}
          </div>
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

type DoneKind = 'decided' | 'twins-settled' | 'undone' | 'cancelled' | 'uncancelled' | 'cleared' | 'uncleared'
type Done = Extract<Notice, { readonly kind: DoneKind | 'settings-saved' | 'paired' | 'resent' }>

function doneText(notice: Done, { notices, decisions, twins }: Texts): string {
  switch (notice.kind) {
    case 'decided':
      return notices.decided(decisions[notice.decision].word, notice.files)
    case 'twins-settled':
      return notices.decided(twins.kept[notice.kept], notice.files)
    case 'undone':
      return notices.undone(notice.reopened, notice.kept)
    case 'cancelled':
    case 'uncancelled':
      return notices[notice.kind](notice.files)
    case 'cleared':
    case 'uncleared':
      return notices[notice.kind](notice.batches)
    case 'settings-saved':
      return notices.saved
    case 'paired':
      return notices.paired(notice.shopName)
    case 'resent':
      return notices.resent(notice.records)
  }
}
