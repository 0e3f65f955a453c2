import { useEffect, useState } from 'react'
import { useShallow } from 'zustand/react/shallow'
import type { ItemView } from '../../../shared/domain/batch.ts'
import type { KeptTwin } from '../../../shared/domain/match.ts'
import { twinQuestions } from '../../../shared/domain/twin-questions.ts'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { Thumbnail } from '../../components/thumbnail.tsx'
import { useActions, useGalley } from '../../stores/store-context.tsx'
import { useLanguage } from '../../texts/language.tsx'

/** Questions about files of a batch that a colleague has stored as well, one after the other: all that are equal are one, then
 *  those that look the same, with their pictures. */
export function TwinsDialog({ batchId, onClose }: { readonly batchId: string; readonly onClose: () => void }) {
  const { t } = useLanguage()
  const { loadItems, settleTwins } = useActions()
  const [saying, setSaying] = useState<KeptTwin | null>(null)
  const asked = useGalley(
    useShallow(({ projection: { itemIds, items: known } }) =>
      (itemIds.get(batchId) ?? []).flatMap((id) => {
        const item = known.get(id)
        return item?.twin?.state === 'asked' ? [item] : []
      }),
    ),
  )
  // A batch that has ended is not shown file by file before somebody asks.
  useEffect(() => void loadItems(batchId), [loadItems, batchId])
  const [question, ...more] = twinQuestions(asked)
  const items = question?.items ?? []
  const say = (kept: KeptTwin) => async (): Promise<void> => {
    setSaying(kept)
    await settleTwins(
      items.map(({ id }) => id),
      kept,
    )
    setSaying(null)
    if (more.length === 0) onClose()
  }
  const isAlike = question?.kind === 'alike'
  const words = t.twins
  const title = isAlike ? words.alikeTitle(items.length) : words.title(items.length)
  return (
    <Dialog label={title} onClose={onClose} isWide>
      <h2>{title}</h2>
      <p className="soft">{words.text}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long list scrolls by keys, too. */}
      <ul className="twins" aria-label={words.list} tabIndex={0}>
        {items.map((item) => (
          <Pair key={item.id} item={item} isSeen={isAlike} />
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

/** One's own file and the colleague's; to be seen where they are not equal. */
function Pair({
  item: { id, fileName, remotePath, twin },
  isSeen,
}: {
  readonly item: ItemView
  readonly isSeen: boolean
}) {
  const { t } = useLanguage()
  const words = t.twins
  return (
    <li>
      <strong>{fileName}</strong>
      {isSeen && twin !== null && (
        <span className="twins-seen">
          <Thumbnail id={id} isReady size="large" alt={words.seenYours} missing={t.review.noPicture} />
          <Thumbnail id={twin.designId} isReady size="large" alt={words.seenTheirs} missing={t.review.noPicture} />
        </span>
      )}
      <span className="faint selectable">{words.yours(remotePath ?? '')}</span>
      <span className="faint selectable">{words.theirs(twin?.theirs ?? '', twin?.device ?? null)}</span>
    </li>
  )
}
