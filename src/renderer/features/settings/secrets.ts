import { useCallback, useEffect, useState } from 'react'
import { SECRET_KINDS, type SecretKind } from '../../../shared/domain/shop.ts'
import { useActions, useWindow } from '../../stores/store-context.tsx'
import { useLanguage } from '../../texts/language.tsx'

interface KnownSecrets {
  readonly known: ReadonlySet<SecretKind>
  /** What a person must know of how secrets are kept here, if anything. */
  readonly note: string | undefined
  keep(secrets: Partial<Record<SecretKind, string>>): Promise<void>
}

/** Which secrets of a shop are kept, never the secrets themselves; and the way to keep others. */
export function useKnownSecrets(shopId: string): KnownSecrets {
  const { t } = useLanguage()
  const { bridge } = useWindow()
  const { notify } = useActions()
  const [known, setKnown] = useState<ReadonlySet<SecretKind>>(new Set())
  const [persists, setPersists] = useState(true)
  useEffect(() => {
    let isShown = true
    void bridge.knownSecrets({ shopId }).then((result) => {
      if (isShown && result.ok) setKnown(new Set(result.value))
    })
    void bridge.appInfo().then((result) => {
      if (isShown && result.ok) setPersists(result.value.secretsPersist)
    })
    return () => {
      isShown = false
    }
  }, [bridge, shopId])
  const keep = useCallback(
    async (secrets: Partial<Record<SecretKind, string>>) => {
      for (const kind of SECRET_KINDS) {
        const value = secrets[kind]
        if (value === undefined) continue
        const result = await bridge.setSecret({ shopId, kind, value })
        if (!result.ok) return notify({ kind: 'failure', failure: result.failure })
        setKnown((before) => new Set(before).add(kind))
        setPersists(result.value.persisted)
      }
    },
    [bridge, shopId, notify],
  )
  return { known, note: persists ? undefined : t.banner.secretsNotKept, keep }
}
