import type { SecretKind } from '../../../shared/domain/shop.ts'
import { Button } from '../../components/button.tsx'
import { Choices, Field } from '../../components/field.tsx'
import { useWindow } from '../../stores/store-context.tsx'
import { useLanguage } from '../../texts/language.tsx'
import type { NasDraft, NasErrors } from './nas-draft.ts'
import { useLedTo } from './use-held.ts'

interface SignInFieldsProps {
  readonly draft: NasDraft
  readonly errors: NasErrors
  /** What the NAS last said of what is kept; shown at the field that it is mended by. */
  readonly refusal: string | undefined
  readonly known: ReadonlySet<SecretKind>
  /** What a person must know of how secrets are kept here. */
  readonly note: string | undefined
  readonly onChange: (part: Partial<NasDraft>) => void
}

/** How to sign in at the NAS: by password, key or agent, and with what. */
export function SignInFields({ draft, errors, refusal, known, note, onChange }: SignInFieldsProps) {
  const { t } = useLanguage()
  const words = t.settings.nas
  const ledTo = useLedTo('sign-in')
  const isByKey = draft.signIn === 'key'
  const passwordOf = draft.signIn === 'password' ? 'password' : 'passwordBeside'
  return (
    <>
      <Choices
        label={words.signIn}
        value={draft.signIn}
        choices={[
          { value: 'password', label: words.withPassword },
          { value: 'key', label: words.withKey },
          { value: 'agent', label: words.withAgent },
        ]}
        onChange={(signIn) => onChange({ signIn })}
      />
      {isByKey && (
        <KeyFields
          draft={draft}
          error={errors.identityFile ?? refusal}
          isKept={known.has('nas-passphrase')}
          ledTo={ledTo}
          onChange={onChange}
        />
      )}
      {draft.signIn === 'agent' && <p className="soft">{words.agentNote}</p>}
      <Field
        label={draft.signIn === 'password' ? words.password : words.passwordToo}
        type="password"
        value={draft[passwordOf]}
        hint={known.has('nas-password') ? words.kept : note}
        error={isByKey ? undefined : refusal}
        ledTo={isByKey ? null : ledTo}
        onChange={(password) => onChange({ [passwordOf]: password })}
      />
    </>
  )
}

interface KeyFieldsProps {
  readonly draft: NasDraft
  readonly error: string | undefined
  readonly isKept: boolean
  /** A person was led to the way of signing in. */
  readonly ledTo: object | null
  readonly onChange: (part: Partial<NasDraft>) => void
}

function KeyFields({ draft, error, isKept, ledTo, onChange }: KeyFieldsProps) {
  const { t } = useLanguage()
  const { bridge } = useWindow()
  const toKey = useLedTo('key-file')
  const toPassphrase = useLedTo('passphrase')
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
        error={error}
        ledTo={toKey ?? ledTo}
        onChange={(identityFile) => onChange({ identityFile })}
        after={<Button onClick={() => void choose()}>{t.settings.nas.chooseKey}</Button>}
      />
      <Field
        label={t.settings.nas.passphrase}
        type="password"
        value={draft.passphrase}
        hint={isKept ? t.settings.nas.kept : t.settings.nas.passphraseHint}
        ledTo={toPassphrase}
        onChange={(passphrase) => onChange({ passphrase })}
      />
    </div>
  )
}
