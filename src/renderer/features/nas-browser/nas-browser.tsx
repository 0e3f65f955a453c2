import { ArrowUp, ChevronRight, FolderPlus, HardDrive, House, LoaderCircle } from 'lucide-react'
import { useState } from 'react'
import type { Failure } from '../../../shared/domain/failure.ts'
import type { BrowsedFolder } from '../../../shared/domain/nas-folder.ts'
import { Button, IconButton } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { FailureText } from '../../components/failure-text.tsx'
import { Field } from '../../components/field.tsx'
import { useActions, useGalley } from '../../stores/store-context.tsx'
import { useLanguage } from '../../texts/language.tsx'
import { identityIn } from '../settings/nas-draft.ts'
import { TrustPanel } from '../settings/trust-panel.tsx'
import { useTrusted } from '../settings/use-held.ts'
import { FolderList } from './folder-list.tsx'
import { NewFolder } from './new-folder.tsx'
import { wayTo } from './paths.ts'
import './nas-browser.css'

/** The folders of a NAS, of which one is chosen; shown while one is browsed. */
export function NasBrowser({ onUse }: { onUse: (path: string) => void }) {
  const { t } = useLanguage()
  const browsing = useGalley((state) => state.browsing)
  const { endBrowsing } = useActions()
  const [isNaming, setIsNaming] = useState(false)
  if (browsing === null) return null
  const { folder, failure, isReading, of } = browsing
  const words = t.settings.browser
  return (
    <Dialog label={words.title} onClose={endBrowsing} isWide>
      <div className="nas-browser">
        <h2>
          {words.title} <span className="faint">{of.nas.host}</span>
        </h2>
        {folder !== null && <Way path={folder.path} />}
        {folder?.missing != null && failure === null && (
          <p className="nas-browser-note">{words.missing(folder.missing, folder.path)}</p>
        )}
        {failure !== null && <Refused failure={failure} />}
        {folder !== null ? <FolderList folder={folder} /> : isReading && <Reading />}
        {folder !== null && <Facts folder={folder} isReading={isReading} />}
        {isNaming && folder !== null ? (
          <NewFolder onClose={() => setIsNaming(false)} />
        ) : (
          <div className="dialog-actions nas-browser-actions">
            {folder !== null && (
              <Button icon={FolderPlus} onClick={() => setIsNaming(true)}>
                {words.newFolder}
              </Button>
            )}
            <Button onClick={endBrowsing}>{words.cancel}</Button>
            <Button
              kind="primary"
              isDisabled={folder === null || isReading}
              onClick={() => {
                if (folder !== null) onUse(folder.path)
                endBrowsing()
              }}
            >
              {words.use}
            </Button>
          </div>
        )}
      </div>
    </Dialog>
  )
}

/** The folders above, each a step back; up, and to where the sign-in begins. */
function Way({ path }: { path: string }) {
  const { t } = useLanguage()
  const { goTo, goUp } = useActions()
  const words = t.settings.browser
  const way = wayTo(path)
  return (
    <nav className="nas-way" aria-label={words.way}>
      <ol>
        {[{ name: words.top, path: '/' }, ...way].map((step, index) => (
          <li key={step.path}>
            {index > 0 && <ChevronRight size={14} className="faint" aria-hidden />}
            <button
              type="button"
              aria-current={step.path === path ? 'location' : undefined}
              onClick={() => void goTo(step.path)}
            >
              {index === 0 && <HardDrive size={14} aria-hidden />}
              <span className="truncate">{step.name}</span>
            </button>
          </li>
        ))}
      </ol>
      {path !== '/' && <IconButton label={words.up} icon={ArrowUp} shortcut="⌫" onClick={() => void goUp()} />}
      <IconButton label={words.home} icon={House} onClick={() => void goTo(null)} />
    </nav>
  )
}

function Refused({ failure }: { failure: Failure }) {
  const { t } = useLanguage()
  const { trustBrowsed, goTo } = useActions()
  const asked = useGalley((state) => state.browsing?.asked ?? null)
  const trusted = useTrusted(useGalley((state) => state.browsing?.of.shopId ?? ''))
  const identity = identityIn(failure)
  if (identity !== null) {
    return (
      <TrustPanel
        of="nas"
        identity={identity}
        trusted={trusted}
        ledTo={failure}
        onTrust={() => void trustBrowsed(identity.fingerprint)}
      />
    )
  }
  if (failure.code === 'code-wanted') return <CodeField asked={asked} failure={failure} />
  return (
    <div className="nas-refused" role="alert">
      <FailureText failure={failure} />
      <Button onClick={() => void goTo(asked)}>{t.settings.browser.again}</Button>
    </div>
  )
}

/** Asks for the one-time code in the words of the NAS. */
function CodeField({ asked, failure: { detail } }: { asked: string | null; failure: Failure }) {
  const { t } = useLanguage()
  const { goTo } = useActions()
  const [code, setCode] = useState('')
  const send = (): void => {
    if (code.trim() !== '') void goTo(asked, code.trim())
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
    >
      <Field
        label={t.settings.browser.code}
        value={code}
        hint={detail === undefined ? undefined : t.detail(detail)}
        isFocused
        onChange={setCode}
        after={
          <Button kind="primary" isDisabled={code.trim() === ''} onClick={send}>
            {t.settings.browser.sendCode}
          </Button>
        }
      />
    </form>
  )
}

function Reading() {
  const { t } = useLanguage()
  return (
    <p className="nas-reading faint" role="status">
      <LoaderCircle size={16} className="turning" aria-hidden />
      {t.settings.browser.reading}
    </p>
  )
}

/** What is to be known before this folder is used. */
function Facts({ folder, isReading }: { folder: BrowsedFolder; isReading: boolean }) {
  const { t, format } = useLanguage()
  const words = t.settings.browser
  const { entries, isCut, writable, freeBytes, foreign } = folder
  const count = (kind: string): number => entries.filter((entry) => entry.kind === kind).length
  const counts = entries.length === 0 ? words.emptyFolder : words.counts(count('folder'), count('file'))
  return (
    <p className="nas-facts tabular" role="status" aria-busy={isReading}>
      {counts !== '' && <span>{counts}</span>}
      {isCut && <span>{words.cut}</span>}
      {foreign !== null && foreign.length > 0 && <span>{words.foreign(foreign.length)}</span>}
      <span className="nas-writable" data-writable={writable}>
        {words.writable[writable]}
      </span>
      {freeBytes !== null && <span>{words.free(format.bytes(freeBytes))}</span>}
    </p>
  )
}
