import { KeyRound } from 'lucide-react'
import { useState } from 'react'
import type { Held } from '../../../shared/domain/work-status.ts'
import { Button } from '../../components/button.tsx'
import { Field } from '../../components/field.tsx'
import { nameElsewhere } from '../../stores/shown-shop.ts'
import { useActions, useGalley, useWindow } from '../../stores/store-context.tsx'
import { useLanguage } from '../../texts/language.tsx'
import { heldWords } from './held-words.ts'

/** The NAS asks for a one-time code: given here, it signs in once and is kept nowhere. */
export function CodeBanner(held: Held) {
  const { failure, shopId } = held
  const { t } = useLanguage()
  const shopName = useGalley((state) => nameElsewhere(state, shopId))
  const { title, text } = heldWords(held, t, shopName)
  const { bridge } = useWindow()
  const { notify } = useActions()
  const [code, setCode] = useState('')
  const [isSigningIn, setIsSigningIn] = useState(false)
  const give = async (): Promise<void> => {
    if (code.trim() === '') return
    setIsSigningIn(true)
    setCode('')
    const result = await bridge.signIn({ shopId, code })
    setIsSigningIn(false)
    if (!result.ok) notify({ kind: 'failure', failure: result.failure })
  }
  return (
    <form
      className="banner"
      data-kind="warn"
      onSubmit={(event) => {
        event.preventDefault()
        void give()
      }}
    >
      <KeyRound size={16} aria-hidden />
      <p role="status">
        <strong>{title}</strong> {text}
      </p>
      <Field
        label={failure.detail === undefined ? t.banner.code.label : t.detail(failure.detail)}
        value={code}
        width="short"
        onChange={setCode}
      />
      <Button isDisabled={isSigningIn} onClick={() => void give()}>
        {isSigningIn ? t.banner.code.signingIn : t.banner.code.signIn}
      </Button>
    </form>
  )
}
