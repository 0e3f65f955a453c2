import { FolderOpen, ImagePlus } from 'lucide-react'
import { Button } from '../../components/button.tsx'
import { chosenShop, chosenTemplate } from '../../stores/shown-shop.ts'
import { useActions, useGalley } from '../../stores/store-context.tsx'
import { useLanguage } from '../../texts/language.tsx'
import { shortcutText } from '../shell/shortcuts.ts'
import { GalleyDrawing } from './galley-drawing.tsx'
import './drop.css'

/** What stands where the list will be, until something was dropped. */
export function DropInvitation() {
  const { t } = useLanguage()
  const setup = useGalley((state) => chosenShop(state.shops, state.preferences))
  const preferences = useGalley((state) => state.preferences)
  const template = chosenTemplate(setup, preferences)
  const { pick } = useActions()
  return (
    <div className="drop-invitation">
      <div className="drop-invitation-field">
        <GalleyDrawing />
        <h2>{t.drop.title}</h2>
        <p className="soft">{t.drop.text}</p>
        <div className="drop-invitation-buttons">
          <Button kind="primary" icon={ImagePlus} shortcut={shortcutText('O')} onClick={() => void pick('files')}>
            {t.drop.browseFiles}
          </Button>
          <Button icon={FolderOpen} shortcut={shortcutText('O', true)} onClick={() => void pick('folder')}>
            {t.drop.browseFolder}
          </Button>
        </div>
        {setup !== null && template !== null && (
          <p className="faint">{t.drop.goesTo(setup.shop.name, template.name)}</p>
        )}
      </div>
    </div>
  )
}
