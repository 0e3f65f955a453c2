import { useMemo, useState } from 'react'
import type { Nas, Shop, TypedSecrets } from '../../../shared/domain/shop.ts'
import { Button } from '../../components/button.tsx'
import { FailureText } from '../../components/failure-text.tsx'
import { Field } from '../../components/field.tsx'
import { Form } from '../../components/form.tsx'
import { useActions } from '../../stores/store-context.tsx'
import { useLanguage } from '../../texts/language.tsx'
import { NasBrowser } from '../nas-browser/nas-browser.tsx'
import { AdvancedFields } from './advanced-fields.tsx'
import { ConnectionSteps } from './connection-steps.tsx'
import { TestedButtons } from './form-buttons.tsx'
import {
  draftOf,
  type Identity,
  identityIn,
  identityToTrust,
  isAllWell,
  type NasDraft,
  type NasErrors,
  nasOf,
  nasToBrowse,
  typedSecrets,
  wantsCode,
  wantsOldAlgorithms,
} from './nas-draft.ts'
import { useKnownSecrets } from './secrets.ts'
import { SignInFields } from './sign-in-fields.tsx'
import { TrustPanel } from './trust-panel.tsx'
import { useDraft } from './use-draft.ts'
import { useHeld, useLedTo, useTrusted } from './use-held.ts'
import { type NasTest, useNasTest } from './use-nas-test.ts'

interface NasFormProps {
  readonly shop: Shop
  /** Called with the NAS when a test went well or it is saved untested; answers whether it was saved. */
  readonly onSave: (nas: Nas, secrets: TypedSecrets) => Promise<boolean>
  readonly saveLabel: string
  /** A step of the set-up: its first field has the focus, and it is saved only after a test that went well. */
  readonly isStep?: boolean
}

/** Where the NAS is and how to sign in; tests it step by step, and asks to compare its fingerprint. */
export function NasForm({ shop, onSave, saveLabel, isStep = false }: NasFormProps) {
  const { t } = useLanguage()
  const { browse } = useActions()
  const state = useDraft('nas', shop.id, draftOf(shop.nas))
  const { draft, isUnsaved } = state
  const [errors, setErrors] = useState<NasErrors>({})
  const [code, setCode] = useState('')
  const { test, run, trust, forget } = useNasTest(shop.id)
  const secrets = useKnownSecrets(shop.id)
  const trusted = useTrusted(shop.id)
  const refusal = useHeld(shop.id, ['sign-in', 'key-file', 'passphrase'])
  const asked = useAsked(shop.id, test)

  const change = (part: Partial<NasDraft>): void => {
    state.change(part)
    setErrors({})
    forget()
  }
  const checked = (): Nas | null => {
    const parsed = nasOf(draft, t)
    if (parsed.ok) return parsed.nas
    setErrors(parsed.errors)
    return null
  }
  const runTest = (): void => {
    const nas = checked()
    if (nas === null || test.state === 'testing') return
    setCode('')
    void run({ nas, secrets: typedSecrets(draft), code })
  }
  const save = async (): Promise<void> => {
    const nas = checked()
    if (nas === null) return
    if (!(await onSave(nas, typedSecrets(draft)))) return
    // What was typed is kept now, and no longer stands in the form.
    secrets.refresh()
    state.discard()
  }

  const toBrowse = nasToBrowse(draft, secrets.known, t)
  const browseFolders = (): void => {
    if (toBrowse === null) return
    void browse({ shopId: shop.id, nas: toBrowse, secrets: typedSecrets(draft) }, draft.root.trim() || null)
  }

  const steps = test.state === 'tested' ? test.steps : []
  const isGood = isAllWell(steps)
  const next = wantsCode(steps) || (isStep && !isGood) ? 'test' : 'save'
  return (
    <>
      <Form onSubmit={() => (next === 'test' ? runTest() : void save())}>
        <PlaceFields
          draft={draft}
          errors={errors}
          isFocused={isStep}
          rootHint={toBrowse === null ? t.settings.nas.browseWaits : t.settings.nas.rootHint}
          onChange={change}
          browseButton={
            <Button isDisabled={toBrowse === null} hint={t.settings.nas.browseHint} onClick={browseFolders}>
              {t.settings.nas.browse}
            </Button>
          }
        />
        <SignInFields
          draft={draft}
          errors={errors}
          refusal={refusal === null || isUnsaved || test.state !== 'untested' ? undefined : t.failure(refusal).message}
          known={secrets.known}
          note={secrets.note}
          onChange={change}
        />
        <AdvancedFields
          draft={draft}
          error={errors.connections}
          isAsked={wantsOldAlgorithms(steps)}
          onChange={change}
        />
        {(test.state === 'testing' || test.state === 'tested') && (
          <ConnectionSteps steps={test.steps} isRunning={test.state === 'testing'} />
        )}
        {test.state === 'refused' && <FailureText failure={test.failure} />}
        {wantsCode(steps) && (
          <Field label={t.settings.nas.code} value={code} hint={t.settings.nas.codeHint} isFocused onChange={setCode} />
        )}
        {asked !== null && (
          <TrustPanel
            of="nas"
            identity={asked.identity}
            trusted={trusted}
            ledTo={asked.ledTo}
            onTrust={() => {
              const nas = test.state === 'tested' ? test.nas : shop.nas
              if (nas !== null) void trust({ nas, secrets: typedSecrets(draft), code: '' }, asked.identity.fingerprint)
            }}
          />
        )}
        <TestedButtons
          test={test.state === 'tested' ? (isGood ? 'good' : 'bad') : test.state === 'refused' ? 'bad' : test.state}
          testLabel={test.state === 'untested' ? t.settings.nas.test : t.settings.nas.testAgain}
          saveLabel={saveLabel}
          next={next}
          isStep={isStep}
          draft={state}
          isAsking={asked !== null}
          onTest={runTest}
        />
      </Form>
      <NasBrowser onUse={(root) => change({ root })} />
    </>
  )
}

/** The identity to ask about: the one that the test met, or else the one that the shop's files wait for. */
function useAsked(shopId: string, test: NasTest): { identity: Identity; ledTo: object | null } | null {
  const held = useHeld(shopId, ['identity'])
  const ledTo = useLedTo('identity')
  return useMemo(() => {
    if (test.state === 'tested') {
      const identity = identityToTrust(test.steps)
      // A person who tests is led to what the test asks.
      return identity === null ? null : { identity, ledTo: identity }
    }
    const identity = test.state === 'untested' ? identityIn(held) : null
    return identity === null ? null : { identity, ledTo }
  }, [test, held, ledTo])
}

interface PlaceFieldsProps {
  readonly draft: NasDraft
  readonly errors: NasErrors
  readonly isFocused: boolean
  readonly rootHint: string
  readonly browseButton: React.JSX.Element
  readonly onChange: (part: Partial<NasDraft>) => void
}

/** Which NAS, who signs in, and the folder there. */
function PlaceFields({ draft, errors, isFocused, rootHint, browseButton, onChange }: PlaceFieldsProps) {
  const { t } = useLanguage()
  const toHost = useLedTo('host')
  const toFolder = useLedTo('folder')
  return (
    <>
      <div className="form-line form-line-host">
        <Field
          label={t.settings.nas.host}
          value={draft.host}
          placeholder={t.settings.nas.hostHint}
          error={errors.host}
          isFocused={isFocused}
          ledTo={toHost}
          onChange={(host) => onChange({ host })}
        />
        <Field
          label={t.settings.nas.port}
          value={draft.port}
          inputMode="numeric"
          width="short"
          error={errors.port}
          onChange={(port) => onChange({ port })}
        />
      </div>
      <div className="form-line">
        <Field
          label={t.settings.nas.user}
          value={draft.user}
          error={errors.user}
          onChange={(user) => onChange({ user })}
        />
        <Field
          label={t.settings.nas.root}
          value={draft.root}
          placeholder="/designs"
          hint={rootHint}
          error={errors.root}
          ledTo={toFolder}
          onChange={(root) => onChange({ root })}
          after={browseButton}
        />
      </div>
    </>
  )
}
