import { GitCompareArrows } from 'lucide-react'
import { useState } from 'react'
import type { TemplateRules } from '../../../shared/domain/shop.ts'
import type { KeptTemplate } from '../../../shared/domain/template.ts'
import { Button } from '../../components/button.tsx'
import type { Texts } from '../../texts/en.ts'
import { useLanguage } from '../../texts/language.tsx'

/** One side of it. */
interface Side extends TemplateRules {
  readonly folder: string
}

interface TemplateConflictProps {
  /** `joined`: what was made here before resembles the shop's; `changed`: a colleague saved what is being changed here. */
  readonly why: 'joined' | 'changed'
  readonly revision: number
  readonly theirs: Side
  readonly mine: Side
  readonly onKeep: (kept: KeptTemplate) => Promise<unknown>
}

/** Two versions of a template beside each other, as far as they differ, of which a person keeps one. */
export function TemplateConflict({ why, revision, theirs, mine, onKeep }: TemplateConflictProps) {
  const { t, format } = useLanguage()
  const [kept, setKept] = useState<KeptTemplate | null>(null)
  const words = t.settings.template.conflict
  const [shops, yours] = [theirs, mine].map((side) => linesOf(side, t, format.typed))
  const keep = async (which: KeptTemplate): Promise<void> => {
    setKept(which)
    await onKeep(which)
    setKept(null)
  }
  return (
    <section className="template-conflict" aria-label={words[why].title}>
      <GitCompareArrows size={24} strokeWidth={1.5} aria-hidden />
      <div>
        <p className="trust-title">{words[why].title}</p>
        <p className="soft">{words[why].text}</p>
        <table>
          <thead>
            <tr>
              <td />
              <th scope="col">{words.theirs(revision)}</th>
              <th scope="col">{words.mine}</th>
            </tr>
          </thead>
          <tbody>
            {shops?.map(([label, text], index) => {
              const own = yours?.[index]?.[1] ?? ''
              return text === own ? null : (
                <tr key={label}>
                  <th scope="row">{label}</th>
                  <td>{text}</td>
                  <td>{own}</td>
                </tr>
              )
            })}
          </tbody>
        </table>
        <div className="form-buttons">
          <Button isBusy={kept === 'shop'} onClick={() => void keep('shop')}>
            {words.keepTheirs}
          </Button>
          <Button isBusy={kept === 'mine'} onClick={() => void keep('mine')}>
            {words.keepMine}
          </Button>
        </div>
      </div>
    </section>
  )
}

/** What is compared, in the words of the form. */
function linesOf(
  side: Side,
  { settings }: Texts,
  typed: (value: number) => string,
): readonly (readonly [string, string])[] {
  const words = settings.template
  const { name, widthInches, heightInches, dpi, fit, preparation, namePattern, folder } = side
  const steps =
    preparation === undefined
      ? [words.prepareOff]
      : [
          words.prepareOn,
          `${words.margin}: ${preparation.trim ? words.margins.trim : words.margins.keep}`,
          `${words.rotate}: ${preparation.rotate ? words.rotations.yes : words.rotations.no}`,
          `${words.maxEnlargement}: ${typed(preparation.maxEnlargement)} ${words.times}`,
        ]
  return [
    [words.name, name],
    [words.size, `${typed(widthInches)} × ${typed(heightInches)} ${words.inches}`],
    [words.dpi, `${typed(dpi)} ${words.dpiUnit}`],
    [words.fit, words.fits[fit]],
    [words.prepare, steps.join(' · ')],
    [words.pattern, namePattern],
    [words.folder, folder],
  ]
}
