import { useEffect, useRef, useState } from 'react'
import { Button } from '../../components/button.tsx'
import { Choices } from '../../components/field.tsx'
import { Form } from '../../components/form.tsx'
import { useActions, useWindow } from '../../stores/store-context.tsx'
import { useLanguage } from '../../texts/language.tsx'
import { BackendForm, type BackendFormProps } from './backend-form.tsx'
import { FormButtons } from './form-buttons.tsx'
import { PairingForm } from './pairing-form.tsx'

/** Who keeps the shop's records: this computer, or a backend. */
export function BackendForms(props: BackendFormProps) {
  const { shop, onSave, saveLabel, isStep = false } = props
  const { t } = useLanguage()
  const { bridge } = useWindow()
  const { notify } = useActions()
  const [keeper, setKeeper] = useState<'here' | 'team'>(shop.backendUrl === null ? 'here' : 'team')
  const words = t.settings.backend
  const buttons = useRef<HTMLDivElement>(null)
  useEffect(() => {
    // What is chosen already needs no more than Enter.
    if (isStep) buttons.current?.querySelector<HTMLElement>('[type=submit]')?.focus()
  }, [isStep])
  /** What this computer kept goes to the backend that the shop has now. */
  const move = async (): Promise<void> => {
    if (isStep || shop.backendUrl !== null) return
    const moved = await bridge.resendRecords({ shopId: shop.id })
    notify(moved.ok ? { kind: 'records-moved', ...moved.value } : { kind: 'failure', failure: moved.failure })
  }
  return (
    <div className="backend-forms">
      <Choices
        label={words.keeper}
        value={keeper}
        choices={[
          { value: 'here', label: words.keepers.here },
          { value: 'team', label: words.keepers.team },
        ]}
        onChange={setKeeper}
      />
      {keeper === 'here' ? (
        <Form onSubmit={() => void onSave({ backendUrl: null }, {})}>
          <p className="soft">{words.here}</p>
          <FormButtons draft={null} ref={buttons}>
            <Button kind="primary" isSubmit isDisabled={!isStep && shop.backendUrl === null}>
              {saveLabel}
            </Button>
          </FormButtons>
        </Form>
      ) : (
        <TeamForms
          {...props}
          onMoved={move}
          onSave={async (backend, secrets) => {
            const isSaved = await onSave(backend, secrets)
            if (isSaved) await move()
            return isSaved
          }}
        />
      )}
    </div>
  )
}

/** How this computer gets to the shop's backend: by what the service printed, or by address and token. */
function TeamForms({ onMoved, ...props }: BackendFormProps & { readonly onMoved: () => Promise<void> }) {
  const { shop, onSave, isStep = false } = props
  const { t } = useLanguage()
  const { notify, keepDraft, refreshShops } = useActions()
  const [paired, setPaired] = useState(0)
  return (
    <>
      <PairingForm
        shop={shop}
        isFocused={isStep}
        onPaired={async (backend, shopName) => {
          // What was typed below is of the backend before.
          keepDraft('backend', shop.id, null)
          await refreshShops()
          notify({ kind: 'paired', shopName })
          setPaired((before) => before + 1)
          if (isStep) await onSave(backend, {})
          else await onMoved()
        }}
      />
      <p className="backend-or soft">{t.settings.pairing.or}</p>
      <BackendForm key={paired} {...props} />
    </>
  )
}
