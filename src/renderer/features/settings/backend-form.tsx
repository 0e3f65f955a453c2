import { useState } from 'react'
import type { Failure } from '../../../shared/domain/failure.ts'
import { backendUrlSchema, type Shop, type TypedSecrets } from '../../../shared/domain/shop.ts'
import { FailureText } from '../../components/failure-text.tsx'
import { Field } from '../../components/field.tsx'
import { Form } from '../../components/form.tsx'
import { useGalley, useWindow } from '../../stores/store-context.tsx'
import { useLanguage } from '../../texts/language.tsx'
import { TestedButtons } from './form-buttons.tsx'
import { identityIn } from './nas-draft.ts'
import { useKnownSecrets } from './secrets.ts'
import { TestResult } from './test-result.tsx'
import { TrustPanel } from './trust-panel.tsx'
import { useDraft } from './use-draft.ts'
import { useHeld, useLedTo } from './use-held.ts'

type Test =
  | { readonly state: 'untested' }
  | { readonly state: 'testing' }
  | { readonly state: 'good'; readonly shopName: string }
  | { readonly state: 'bad'; readonly failure: Failure }

export interface BackendFormProps {
  readonly shop: Shop
  /** Answers whether it was saved. */
  readonly onSave: (backend: Pick<Shop, 'backendUrl' | 'backendFingerprint'>, secrets: TypedSecrets) => Promise<boolean>
  readonly saveLabel: string
  /** A step of the set-up: it is saved only after a test that went well. */
  readonly isStep?: boolean
}

/** Where the backend is, and the shop's token for it. */
export function BackendForm({ shop, onSave, saveLabel, isStep = false }: BackendFormProps) {
  const { t } = useLanguage()
  const { bridge } = useWindow()
  const state = useDraft('backend', shop.id, {
    url: shop.backendUrl ?? '',
    token: '',
    fingerprint: shop.backendFingerprint ?? '',
  })
  const { url, token, fingerprint } = state.draft
  const [error, setError] = useState<string>()
  const [test, setTest] = useState<Test>({ state: 'untested' })
  const secrets = useKnownSecrets(shop.id)
  const refusal = useHeld(shop.id, ['token'])
  const heldFor = useHeld(shop.id, ['backend-identity'])
  const toIdentity = useLedTo('backend-identity')
  const toUrl = useLedTo('backend')
  const toToken = useLedTo('token')
  const isPairing = useGalley(({ drafts }) => drafts.pairing.has(shop.id))
  const words = t.settings.backend

  const typed = token.trim() === '' ? {} : { 'backend-token': token.trim() }
  const checked = (): string | null => {
    const parsed = backendUrlSchema.safeParse(url.trim())
    if (!parsed.success) {
      setError(t.settings.invalid.url)
      return null
    }
    return parsed.data
  }
  const runTest = async (trusted = fingerprint): Promise<void> => {
    const address = checked()
    if (address === null || test.state === 'testing') return
    setTest({ state: 'testing' })
    const by = trusted === '' ? {} : { fingerprint: trusted }
    const result = await bridge.testBackend({ shopId: shop.id, url: address, secrets: typed, ...by })
    setTest(result.ok ? { state: 'good', shopName: result.value.shopName } : { state: 'bad', failure: result.failure })
  }
  const save = async (): Promise<void> => {
    const address = checked()
    if (address === null) return
    const by = fingerprint === '' ? {} : { backendFingerprint: fingerprint }
    if (!(await onSave({ backendUrl: address, ...by }, typed))) return
    secrets.refresh()
    state.discard()
  }
  const change = (part: Partial<typeof state.draft>): void => {
    state.change(part)
    setError(undefined)
    setTest({ state: 'untested' })
  }

  const identity =
    test.state === 'bad' ? identityIn(test.failure) : test.state === 'untested' ? identityIn(heldFor) : null
  const next = isStep && test.state !== 'good' ? 'test' : 'save'
  return (
    <Form onSubmit={() => void (next === 'test' ? runTest() : save())}>
      <Field
        label={words.url}
        type="url"
        value={url}
        placeholder={words.urlHint}
        error={error}
        ledTo={toUrl}
        onChange={(value) => change({ url: value })}
      />
      <Field
        label={words.token}
        type="password"
        value={token}
        hint={secrets.known.has('backend-token') ? t.settings.nas.kept : (secrets.note ?? words.tokenHint)}
        error={
          refusal === null || state.isUnsaved || test.state !== 'untested' ? undefined : t.failure(refusal).message
        }
        ledTo={toToken}
        onChange={(value) => change({ token: value })}
      />
      {test.state === 'good' && <TestResult text={words.works(test.shopName)} />}
      {test.state === 'bad' && identity === null && <FailureText failure={test.failure} />}
      {identity !== null && (
        <TrustPanel
          of="backend"
          identity={identity}
          trusted={null}
          ledTo={toIdentity}
          onTrust={() => {
            change({ fingerprint: identity.fingerprint })
            void runTest(identity.fingerprint)
          }}
        />
      )}
      {identity === null && fingerprint !== '' && (
        <p className="faint">
          {words.fingerprint} <span className="mono selectable">{fingerprint}</span>
        </p>
      )}
      <TestedButtons
        test={test.state}
        testLabel={words.test}
        saveLabel={saveLabel}
        next={next}
        isStep={isStep}
        draft={state}
        isAsking={isPairing}
        onTest={() => void runTest()}
      />
    </Form>
  )
}
