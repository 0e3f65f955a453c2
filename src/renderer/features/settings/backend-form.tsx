import { useState } from 'react'
import type { Failure } from '../../../shared/domain/failure.ts'
import { type Shop, shopSchema } from '../../../shared/domain/shop.ts'
import { Button } from '../../components/button.tsx'
import { FailureText } from '../../components/failure-text.tsx'
import { Field } from '../../components/field.tsx'
import { useWindow } from '../../stores/store-context.tsx'
import { useLanguage } from '../../texts/language.tsx'
import { useKnownSecrets } from './secrets.ts'
import { TestResult } from './test-result.tsx'

type Test =
  | { readonly state: 'untested' }
  | { readonly state: 'testing' }
  | { readonly state: 'ok'; readonly shopName: string }
  | { readonly state: 'refused'; readonly failure: Failure }

interface BackendFormProps {
  readonly shop: Shop
  readonly onSave: (url: string) => void
  readonly saveLabel: string
  readonly isTestNeeded?: boolean
}

/** Where the backend is, and the shop's token for it. */
export function BackendForm({ shop, onSave, saveLabel, isTestNeeded = false }: BackendFormProps) {
  const { t } = useLanguage()
  const { bridge } = useWindow()
  const [url, setUrl] = useState(shop.backendUrl ?? '')
  const [token, setToken] = useState('')
  const [error, setError] = useState<string>()
  const [test, setTest] = useState<Test>({ state: 'untested' })
  const secrets = useKnownSecrets(shop.id)
  const words = t.settings.backend

  const typed = token.trim() === '' ? {} : { 'backend-token': token.trim() }
  const checked = (): string | null => {
    const parsed = shopSchema.shape.backendUrl.safeParse(url.trim())
    if (!parsed.success || parsed.data === null || !/^https?:/.test(parsed.data)) {
      setError(t.settings.invalid.url)
      return null
    }
    return parsed.data
  }
  const runTest = async (): Promise<void> => {
    const address = checked()
    if (address === null) return
    setTest({ state: 'testing' })
    const result = await bridge.testBackend({ shopId: shop.id, url: address, secrets: typed })
    setTest(
      result.ok ? { state: 'ok', shopName: result.value.shopName } : { state: 'refused', failure: result.failure },
    )
  }
  const save = async (): Promise<void> => {
    const address = checked()
    if (address === null) return
    await secrets.keep(typed)
    onSave(address)
  }

  const isGood = test.state === 'ok'
  return (
    <div className="form">
      <Field
        label={words.url}
        type="url"
        value={url}
        placeholder={words.urlHint}
        error={error}
        onChange={(value) => {
          setUrl(value)
          setError(undefined)
          setTest({ state: 'untested' })
        }}
      />
      <Field
        label={words.token}
        type="password"
        value={token}
        hint={secrets.known.has('backend-token') ? t.settings.nas.kept : (secrets.note ?? words.tokenHint)}
        onChange={(value) => {
          setToken(value)
          setTest({ state: 'untested' })
        }}
      />
      {test.state === 'ok' && <TestResult text={words.works(test.shopName)} />}
      {test.state === 'refused' && <FailureText failure={test.failure} />}
      <div className="form-buttons">
        <Button
          kind={isGood ? 'plain' : 'primary'}
          isDisabled={test.state === 'testing'}
          onClick={() => void runTest()}
        >
          {test.state === 'testing' ? t.settings.nas.testing : words.test}
        </Button>
        <Button kind={isGood ? 'primary' : 'plain'} isDisabled={isTestNeeded && !isGood} onClick={() => void save()}>
          {saveLabel}
        </Button>
      </div>
    </div>
  )
}
