import { useState } from 'react'
import type { ConnectionStepResult } from '../../../shared/domain/connection-test.ts'
import type { Failure } from '../../../shared/domain/failure.ts'
import type { Nas, Shop } from '../../../shared/domain/shop.ts'
import { Button } from '../../components/button.tsx'
import { FailureText } from '../../components/failure-text.tsx'
import { Choices, Field } from '../../components/field.tsx'
import { useActions, useWindow } from '../../stores/store-context.tsx'
import { useLanguage } from '../../texts/language.tsx'
import { NasBrowser } from '../nas-browser/nas-browser.tsx'
import { AdvancedFields } from './advanced-fields.tsx'
import { ConnectionSteps } from './connection-steps.tsx'
import {
  draftOf,
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
import { TrustPanel } from './trust-panel.tsx'

type Test =
  | { readonly state: 'untested' }
  | { readonly state: 'testing' }
  | { readonly state: 'tested'; readonly nas: Nas; readonly steps: readonly ConnectionStepResult[] }
  | { readonly state: 'refused'; readonly failure: Failure }

interface NasFormProps {
  readonly shop: Shop
  /** Called with the NAS when a test went well or it is saved untested. */
  readonly onSave: (nas: Nas) => void
  readonly saveLabel: string
  /** The NAS may be saved only after a test that went well. */
  readonly isTestNeeded?: boolean
}

/** Where the NAS is and how to sign in; tests it step by step, and asks to compare its fingerprint. */
export function NasForm({ shop, onSave, saveLabel, isTestNeeded = false }: NasFormProps) {
  const { t } = useLanguage()
  const { bridge } = useWindow()
  const { browse } = useActions()
  const [draft, setDraft] = useState(() => draftOf(shop.nas))
  const [errors, setErrors] = useState<NasErrors>({})
  const [test, setTest] = useState<Test>({ state: 'untested' })
  const [code, setCode] = useState('')
  const secrets = useKnownSecrets(shop.id)

  const change = (part: Partial<NasDraft>): void => {
    setDraft((before) => ({ ...before, ...part }))
    setErrors({})
    setTest({ state: 'untested' })
  }
  const checked = (): Nas | null => {
    const parsed = nasOf(draft, t)
    if (parsed.ok) return parsed.nas
    setErrors(parsed.errors)
    return null
  }
  const runTest = async (): Promise<void> => {
    const nas = checked()
    if (nas === null) return
    setTest({ state: 'testing' })
    setCode('')
    const proof = code.trim() === '' ? {} : { code }
    const result = await bridge.testConnection({ shopId: shop.id, nas, secrets: typedSecrets(draft), ...proof })
    setTest(result.ok ? { state: 'tested', nas, steps: result.value } : { state: 'refused', failure: result.failure })
  }
  const trust = async (nas: Nas, fingerprint: string): Promise<void> => {
    const trusted = await bridge.trustHostKey({ host: nas.host, port: nas.port, fingerprint })
    if (trusted.ok) await runTest()
    else setTest({ state: 'refused', failure: trusted.failure })
  }
  const save = async (): Promise<void> => {
    const nas = checked()
    if (nas === null) return
    await secrets.keep(typedSecrets(draft))
    onSave(nas)
  }

  const toBrowse = nasToBrowse(draft, secrets.known, t)
  const browseFolders = (): void => {
    if (toBrowse === null) return
    void browse({ shopId: shop.id, nas: toBrowse, secrets: typedSecrets(draft) }, draft.root.trim() || null)
  }

  const passwordOf = draft.signIn === 'password' ? 'password' : 'passwordBeside'
  const isGood = test.state === 'tested' && isAllWell(test.steps)
  const identity = test.state === 'tested' ? identityToTrust(test.steps) : null
  return (
    <div className="form">
      <div className="form-line form-line-host">
        <Field
          label={t.settings.nas.host}
          value={draft.host}
          placeholder={t.settings.nas.hostHint}
          error={errors.host}
          isFocused={isTestNeeded}
          onChange={(host) => change({ host })}
        />
        <Field
          label={t.settings.nas.port}
          value={draft.port}
          inputMode="numeric"
          width="short"
          error={errors.port}
          onChange={(port) => change({ port })}
        />
      </div>
      <div className="form-line">
        <Field
          label={t.settings.nas.user}
          value={draft.user}
          error={errors.user}
          onChange={(user) => change({ user })}
        />
        <Field
          label={t.settings.nas.root}
          value={draft.root}
          placeholder="/designs"
          hint={toBrowse === null ? t.settings.nas.browseWaits : t.settings.nas.rootHint}
          error={errors.root}
          onChange={(root) => change({ root })}
          after={
            <Button isDisabled={toBrowse === null} hint={t.settings.nas.browseHint} onClick={browseFolders}>
              {t.settings.nas.browse}
            </Button>
          }
        />
      </div>
      <Choices
        label={t.settings.nas.signIn}
        value={draft.signIn}
        choices={[
          { value: 'password', label: t.settings.nas.withPassword },
          { value: 'key', label: t.settings.nas.withKey },
          { value: 'agent', label: t.settings.nas.withAgent },
        ]}
        onChange={(signIn) => change({ signIn })}
      />
      {draft.signIn === 'key' && (
        <KeyFields draft={draft} errors={errors} isKept={secrets.known.has('nas-passphrase')} onChange={change} />
      )}
      {draft.signIn === 'agent' && <p className="soft">{t.settings.nas.agentNote}</p>}
      <Field
        label={draft.signIn === 'password' ? t.settings.nas.password : t.settings.nas.passwordToo}
        type="password"
        value={draft[passwordOf]}
        hint={secrets.known.has('nas-password') ? t.settings.nas.kept : secrets.note}
        onChange={(password) => change({ [passwordOf]: password })}
      />
      <NasBrowser onUse={(root) => change({ root })} />
      <AdvancedFields
        draft={draft}
        error={errors.connections}
        isAsked={test.state === 'tested' && wantsOldAlgorithms(test.steps)}
        onChange={change}
      />
      {test.state === 'testing' && <ConnectionSteps steps={null} />}
      {test.state === 'tested' && <ConnectionSteps steps={test.steps} />}
      {test.state === 'refused' && <FailureText failure={test.failure} />}
      {test.state === 'tested' && wantsCode(test.steps) && (
        <form
          onSubmit={(event) => {
            event.preventDefault()
            void runTest()
          }}
        >
          <Field label={t.settings.nas.code} value={code} hint={t.settings.nas.codeHint} isFocused onChange={setCode} />
        </form>
      )}
      {test.state === 'tested' && identity !== null && (
        <TrustPanel identity={identity} onTrust={() => void trust(test.nas, identity.fingerprint)} />
      )}
      <div className="form-buttons">
        <Button
          kind={isGood || identity !== null ? 'plain' : 'primary'}
          isDisabled={test.state === 'testing'}
          onClick={() => void runTest()}
        >
          {test.state === 'testing'
            ? t.settings.nas.testing
            : test.state === 'untested'
              ? t.settings.nas.test
              : t.settings.nas.testAgain}
        </Button>
        <Button kind={isGood ? 'primary' : 'plain'} isDisabled={isTestNeeded && !isGood} onClick={() => void save()}>
          {saveLabel}
        </Button>
      </div>
    </div>
  )
}

interface KeyFieldsProps {
  readonly draft: NasDraft
  readonly errors: NasErrors
  readonly isKept: boolean
  readonly onChange: (part: Partial<NasDraft>) => void
}

function KeyFields({ draft, errors, isKept, onChange }: KeyFieldsProps) {
  const { t } = useLanguage()
  const { bridge } = useWindow()
  const choose = async (): Promise<void> => {
    const picked = await bridge.pickFiles({ purpose: 'identity-file' })
    const path = picked.ok ? picked.value[0] : undefined
    if (path !== undefined) onChange({ identityFile: path })
  }
  return (
    <div className="form-line">
      <Field
        label={t.settings.nas.keyFile}
        value={draft.identityFile}
        placeholder="~/.ssh/id_ed25519"
        error={errors.identityFile}
        onChange={(identityFile) => onChange({ identityFile })}
        after={<Button onClick={() => void choose()}>{t.settings.nas.chooseKey}</Button>}
      />
      <Field
        label={t.settings.nas.passphrase}
        type="password"
        value={draft.passphrase}
        hint={isKept ? t.settings.nas.kept : t.settings.nas.passphraseHint}
        onChange={(passphrase) => onChange({ passphrase })}
      />
    </div>
  )
}
