import { useEffect, useState } from 'react'
import type { SecretKind } from '../../../shared/domain/shop.ts'
import { useWindow } from '../../stores/store-context.tsx'
import { useLanguage } from '../../texts/language.tsx'

interface KnownSecrets {
  readonly known: ReadonlySet<SecretKind>
  /** What a person must know of how secrets are kept here, if anything. */
  readonly note: string | undefined
  /** Looks anew, once some were kept. */
  refresh(): void
}

/** Which secrets of a shop are kept, never the secrets themselves. */
export function useKnownSecrets(shopId: string): KnownSecrets {
  const { t } = useLanguage()
  const { bridge } = useWindow()
  const [known, setKnown] = useState<ReadonlySet<SecretKind>>(new Set())
  const [persists, setPersists] = useState(true)
  const [looks, setLooks] = useState(0)
  // biome-ignore lint/correctness/useExhaustiveDependencies: looks again each time that it is asked to.
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
  }, [bridge, shopId, looks])
  return {
    known,
    note: persists ? undefined : t.banner.secretsNotKept,
    refresh: () => setLooks((before) => before + 1),
  }
}
