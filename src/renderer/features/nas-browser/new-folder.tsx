import { type KeyboardEvent, useState } from 'react'
import { Button } from '../../components/button.tsx'
import { Field } from '../../components/field.tsx'
import { useActions } from '../../stores/store-context.tsx'
import { useLanguage } from '../../texts/language.tsx'
import { isFolderName } from './paths.ts'

/** Asks for the name of a new folder in the one that is looked at. */
export function NewFolder({ onClose }: { onClose: () => void }) {
  const { t } = useLanguage()
  const { makeFolder } = useActions()
  const [name, setName] = useState('')
  const [isMaking, setIsMaking] = useState(false)
  const isGood = isFolderName(name.trim())
  const make = async (): Promise<void> => {
    if (!isGood || isMaking) return
    setIsMaking(true)
    await makeFolder(name.trim())
    onClose()
  }
  // Escape takes back the name, not the whole browser.
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape') return
    event.preventDefault()
    event.stopPropagation()
    onClose()
  }
  return (
    <form
      className="nas-new"
      onKeyDown={onKeyDown}
      onSubmit={(event) => {
        event.preventDefault()
        void make()
      }}
    >
      <Field
        label={t.settings.browser.newName}
        value={name}
        isFocused
        error={name !== '' && !isGood ? t.settings.browser.badName : undefined}
        onChange={setName}
        after={
          <>
            <Button kind="primary" isDisabled={!isGood || isMaking} onClick={() => void make()}>
              {t.settings.browser.make}
            </Button>
            <Button onClick={onClose}>{t.settings.browser.cancel}</Button>
          </>
        }
      />
    </form>
  )
}
