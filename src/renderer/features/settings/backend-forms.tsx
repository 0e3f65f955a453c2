import { useState } from 'react'
import { useActions } from '../../stores/store-context.tsx'
import { useLanguage } from '../../texts/language.tsx'
import { BackendForm, type BackendFormProps } from './backend-form.tsx'
import { PairingForm } from './pairing-form.tsx'

/** How this computer gets to the shop's backend: by what the service printed, or by address and token. */
export function BackendForms(props: BackendFormProps) {
  const { shop, onSave, isStep = false } = props
  const { t } = useLanguage()
  const { notify, keepDraft, refreshShops } = useActions()
  const [paired, setPaired] = useState(0)
  return (
    <div className="backend-forms">
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
        }}
      />
      <p className="backend-or soft">{t.settings.pairing.or}</p>
      <BackendForm key={paired} {...props} />
    </div>
  )
}
