import { useState } from 'react'
import { readPairingLine } from '../../../shared/api/printed-pairing.ts'
import type { Failure } from '../../../shared/domain/failure.ts'
import type { Shop } from '../../../shared/domain/shop.ts'
import { Button } from '../../components/button.tsx'
import { FailureText } from '../../components/failure-text.tsx'
import { Field } from '../../components/field.tsx'
import { Form } from '../../components/form.tsx'
import { useWindow } from '../../stores/store-context.tsx'
import { useLanguage } from '../../texts/language.tsx'

import { useDraft } from './use-draft.ts'
import { useLedTo } from './use-held.ts'

interface PairingFormProps {
  readonly shop: Shop
  readonly isFocused: boolean
  /** It was paired, and is saved. */
  readonly onPaired: (backend: Pick<Shop, 'backendUrl' | 'backendFingerprint'>, shopName: string) => void
}

/** One field for what the service printed: this computer becomes a workstation of the shop by it. */
export function PairingForm({ shop, isFocused, onPaired }: PairingFormProps) {
  const { t } = useLanguage()
  const { bridge } = useWindow()
  const state = useDraft('pairing', shop.id, { line: '' })
  const ledTo = useLedTo('pairing')
  const [error, setError] = useState<string>()
  const [failed, setFailed] = useState<Failure | null>(null)
  const [isPairing, setIsPairing] = useState(false)
  const { line } = state.draft
  const words = t.settings.pairing

  const pair = async (): Promise<void> => {
    const { urls, code, fingerprint } = readPairingLine(line)
    const places = urls.length === 0 && shop.backendUrl !== null ? [shop.backendUrl] : [...urls]
    setFailed(null)
    if (code === '') return setError(words.noCode)
    if (places.length === 0) return setError(words.noAddress)
    setIsPairing(true)
    const by = fingerprint === undefined ? {} : { fingerprint }
    const result = await bridge.pairBackend({ shopId: shop.id, urls: places, code, ...by })
    setIsPairing(false)
    if (!result.ok) return setFailed(result.failure)
    state.discard()
    const { shopName, ...backend } = result.value
    onPaired(backend, shopName)
  }
  return (
    <Form onSubmit={() => void (isPairing ? undefined : pair())}>
      <Field
        label={words.label}
        value={line}
        hint={words.hint}
        error={error}
        isFocused={isFocused}
        ledTo={ledTo}
        onChange={(typed) => {
          state.change({ line: typed })
          setError(undefined)
          setFailed(null)
        }}
        after={
          <Button kind={line === '' ? 'plain' : 'primary'} isSubmit isBusy={isPairing}>
            {isPairing ? words.pairing : words.pair}
          </Button>
        }
      />
      {failed !== null && <FailureText failure={failed} />}
    </Form>
  )
}
