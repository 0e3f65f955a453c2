import { FolderPlus, ImagePlus, LoaderCircle } from 'lucide-react'
import { Button, IconButton } from '../../components/button.tsx'
import { Select } from '../../components/select.tsx'
import { isEngineStopped } from '../../stores/engine-slice.ts'
import { chosenShop, chosenTemplate, shownProjection } from '../../stores/shown-shop.ts'
import { useActions, useGalley } from '../../stores/store-context.tsx'
import { useLanguage } from '../../texts/language.tsx'
import { DropInvitation } from '../drop/drop-invitation.tsx'
import { shortcutText } from '../shell/shortcuts.ts'
import { BatchList } from './batch-list.tsx'
import { DetailsPane } from './details-pane.tsx'
import { FilterBar } from './filter-bar.tsx'
import './uploads-screen.css'

/** The main screen: every batch with its files, or the invitation to drop some. */
export function UploadsScreen() {
  const { t } = useLanguage()
  const isEmpty = useGalley((state) => shownProjection(state).batches.length === 0)
  const isProjected = useGalley((state) => state.isProjected)
  const isStopped = useGalley(isEngineStopped)
  const isDetailsOpen = useGalley((state) => state.isDetailsOpen)
  const { pick, seeFailures } = useActions()
  return (
    // Who points or types here looks at the list.
    <div
      className="uploads"
      onPointerDownCapture={() => void seeFailures()}
      onKeyDownCapture={() => void seeFailures()}
    >
      <header className="screen-header">
        <h1>{t.list.label}</h1>
        <TemplateSelect />
        <IconButton
          label={t.drop.addFolder}
          icon={FolderPlus}
          shortcut={shortcutText('O', true)}
          isDisabled={isStopped}
          onClick={() => void pick('folder')}
        />
        {/* While there is nothing, the invitation below is what is to be pressed. */}
        <Button
          kind={isEmpty ? 'plain' : 'primary'}
          icon={ImagePlus}
          isDisabled={isStopped}
          onClick={() => void pick('files')}
        >
          {t.drop.add}
        </Button>
      </header>
      {!isProjected ? (
        <Starting />
      ) : isEmpty ? (
        <DropInvitation />
      ) : (
        <>
          <FilterBar />
          <div className="uploads-body" data-keys>
            <BatchList />
            {isDetailsOpen && <DetailsPane />}
          </div>
        </>
      )}
    </div>
  )
}

/** Shown only when the engine takes longer than a moment. */
function Starting() {
  const { t } = useLanguage()
  const isStopped = useGalley(isEngineStopped)
  if (isStopped) return null
  return (
    <div className="empty starting" role="status">
      <LoaderCircle size={24} className="turning faint" aria-hidden />
      <p>{t.banner.starting}</p>
    </div>
  )
}

/** The template that the next drop is uploaded as. */
function TemplateSelect() {
  const { t } = useLanguage()
  const setup = useGalley((state) => chosenShop(state.shops, state.preferences))
  const preferences = useGalley((state) => state.preferences)
  const { chooseTemplate } = useActions()
  const chosen = chosenTemplate(setup, preferences)
  if (setup === null || chosen === null) return null
  return (
    <>
      <span className="faint upload-as" aria-hidden>
        {t.nav.template}
      </span>
      <Select
        label={t.nav.template}
        value={chosen.id}
        options={setup.templates.map(({ id, name }) => ({ value: id, label: name }))}
        onChange={(id) => chooseTemplate(setup.shop.id, id)}
      />
    </>
  )
}
