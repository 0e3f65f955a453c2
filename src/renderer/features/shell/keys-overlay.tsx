import { X } from 'lucide-react'
import { IconButton } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { useActions } from '../../stores/store-context.tsx'
import { useLanguage } from '../../texts/language.tsx'
import { DECISIONS } from '../duplicates/decisions.ts'
import { shortcutText } from './shortcuts.ts'
import './keys-overlay.css'

/** All keys on one sheet. */
export function KeysOverlay() {
  const { t } = useLanguage()
  const { showHelp } = useActions()
  const { keys } = t
  const groups: readonly (readonly [string, readonly (readonly [string, readonly string[]])[]])[] = [
    [
      keys.groups.add,
      [
        [keys.addFiles, [shortcutText('O')]],
        [keys.addFolder, [shortcutText('O', true)]],
        [keys.paste, [shortcutText('V')]],
      ],
    ],
    [
      keys.groups.window,
      [
        [keys.screens, [shortcutText('1–4')]],
        [keys.undo, [shortcutText('Z')]],
        [keys.settings, [shortcutText(',')]],
        [keys.help, ['F1']],
        [keys.close, ['Esc']],
      ],
    ],
    [
      keys.groups.list,
      [
        [keys.move, ['↑', '↓']],
        [keys.fold, ['←', '→']],
        [keys.details, ['Space']],
        [keys.find, [shortcutText('F')]],
        [keys.pause, ['P']],
        [keys.retry, ['R']],
        [keys.remove, ['Del']],
      ],
    ],
    [
      keys.groups.review,
      [
        [keys.move, ['↑', '↓']],
        ...DECISIONS.map(({ decision, key }) => [t.decisions[decision].word, [key.toUpperCase()]] as const),
        [keys.flip, ['←', '→']],
        [keys.leaveOut, ['X']],
        [keys.slider, ['C']],
        [keys.mark, ['Space']],
        [keys.markAll, [shortcutText('A')]],
      ],
    ],
  ]
  return (
    <Dialog label={keys.title} onClose={() => showHelp(false)} isWide>
      <header className="keys-header">
        <h2>{keys.title}</h2>
        <IconButton label={t.close} icon={X} shortcut="Esc" onClick={() => showHelp(false)} />
      </header>
      <div className="keys-groups">
        {groups.map(([title, rows]) => (
          <section key={title}>
            <h3>{title}</h3>
            <dl>
              {rows.map(([what, presses]) => (
                <div key={what}>
                  <dt>{what}</dt>
                  <dd>
                    {presses.map((press) => (
                      <kbd key={press}>{keys.press(press)}</kbd>
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  )
}
