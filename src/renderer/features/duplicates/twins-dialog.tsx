import { useEffect, useState } from 'react'
import { useShallow } from 'zustand/react/shallow'
import type { KeptTwin } from '../../../shared/domain/match.ts'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { useActions, useGalley } from '../../stores/store-context.tsx'
import { useLanguage } from '../../texts/language.tsx'

/** One question for all files of a batch that a colleague has stored as well, each beside the colleague's. */
export function TwinsDialog({ batchId, onClose }: { readonly batchId: string; readonly onClose: () => void }) {
  const { t } = useLanguage()
  const { loadItems, settleTwins } = useActions()
  const [saying, setSaying] = useState<KeptTwin | null>(null)
  const items = useGalley(
    useShallow(({ projection: { itemIds, items: known } }) =>
      (itemIds.get(batchId) ?? []).flatMap((id) => {
        const item = known.get(id)
        return item?.twin?.state === 'asked' ? [item] : []
      }),
    ),
  )
  // A batch that has ended is not shown file by file before somebody asks.
  useEffect(() => void loadItems(batchId), [loadItems, batchId])
  const say = (kept: KeptTwin) => async (): Promise<void> => {
    setSaying(kept)
    await settleTwins(
      items.map(({ id }) => id),
      kept,
    )
    onClose()
  }
  const words = t.twins
  return (
    <Dialog label={words.title(items.length)} onClose={onClose} isWide>
      <h2>{words.title(items.length)}</h2>
      <p className="soft">{words.text}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long list scrolls by keys, too. */}
      <ul className="twins" aria-label={words.list} tabIndex={0}>
        {items.map(({ id, fileName, remotePath, twin }) => (
          <li key={id}>
            <strong>{fileName}</strong>
            <span className="faint selectable">{words.yours(remotePath ?? '')}</span>
            <span className="faint selectable">{words.theirs(twin?.theirs ?? '', twin?.device ?? null)}</span>
          </li>
        ))}
      </ul>
      <div className="dialog-actions">
        <Button
          kind="primary"
          isBusy={saying === 'theirs'}
          isDisabled={items.length === 0 || saying !== null}
          onClick={() => void say('theirs')()}
        >
          {words.kept.theirs}
        </Button>
        <Button
          isBusy={saying === 'both'}
          isDisabled={items.length === 0 || saying !== null}
          onClick={() => void say('both')()}
        >
          {words.kept.both}
        </Button>
      </div>
    </Dialog>
  )
}
