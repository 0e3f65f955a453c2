import type { ItemView } from '../../../shared/domain/batch.ts'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { useActions, useGalley } from '../../stores/store-context.tsx'
import { useLanguage } from '../../texts/language.tsx'
import { beside } from './beside.ts'

/** Asks once more before a design of the library is replaced, and says which of the two is larger. */
export function ReplaceDialog() {
  const item = useGalley(({ replacing, projection }) =>
    replacing === null ? undefined : projection.items.get(replacing),
  )
  return item?.stage === 'review' ? <AskToReplace item={item} /> : null
}

function AskToReplace({ item }: { item: ItemView }) {
  const { t } = useLanguage()
  const { answerReplace } = useActions()
  const match = item.matches[0]
  if (match === undefined) return null
  const { picture } = item
  const words = t.review.replace
  const answer = (isWanted: boolean) => () => void answerReplace(isWanted)
  return (
    <Dialog label={words.title} onClose={answer(false)}>
      <h2>{words.title}</h2>
      <p>
        <strong>{words.beside[beside(picture, match.pixels)]}</strong>
      </p>
      <dl className="replace-sizes tabular">
        {[
          { heading: t.review.yours, name: item.fileName, pixels: picture },
          { heading: t.review.known, name: match.fileName, pixels: match.pixels },
        ].map(({ heading, name, pixels }) => (
          <div key={heading}>
            <dt className="faint">{heading}</dt>
            <dd>{pixels === null ? words.noSize : t.item.pixels(pixels.width, pixels.height)}</dd>
            <dd className="soft">{name}</dd>
          </div>
        ))}
      </dl>
      <p className="soft">{words.text}</p>
      <div className="dialog-actions">
        <Button onClick={answer(false)}>{words.no}</Button>
        <Button kind="danger" onClick={answer(true)}>
          {t.decisions.replace.word}
        </Button>
      </div>
    </Dialog>
  )
}
