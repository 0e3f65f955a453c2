import { useState } from 'react'
import type { ConnectionStepResult } from '../../../shared/domain/connection-test.ts'
import type { Failure } from '../../../shared/domain/failure.ts'
import type { Nas, TypedSecrets } from '../../../shared/domain/shop.ts'
import { useActions, useWindow } from '../../stores/store-context.tsx'

export type NasTest =
  | { readonly state: 'untested' }
  /** `steps`: those that are through. */
  | { readonly state: 'testing'; readonly steps: readonly ConnectionStepResult[] }
  | { readonly state: 'tested'; readonly nas: Nas; readonly steps: readonly ConnectionStepResult[] }
  | { readonly state: 'refused'; readonly failure: Failure }

interface Tried {
  readonly nas: Nas
  readonly secrets: TypedSecrets
  /** The one-time code that the NAS asks for beside them. */
  readonly code: string
}

/** The connection test of a form: each step as it comes, and what came of all. */
export function useNasTest(shopId: string) {
  const { bridge } = useWindow()
  const { refreshShops } = useActions()
  const [test, setTest] = useState<NasTest>({ state: 'untested' })

  const run = async ({ nas, secrets, code }: Tried): Promise<void> => {
    setTest({ state: 'testing', steps: [] })
    const unhear = bridge.on('connectionStep', (step) =>
      setTest((before) => (before.state === 'testing' ? { ...before, steps: [...before.steps, step] } : before)),
    )
    const proof = code.trim() === '' ? {} : { code }
    const result = await bridge.testConnection({ shopId, nas, secrets, ...proof })
    unhear()
    setTest(result.ok ? { state: 'tested', nas, steps: result.value } : { state: 'refused', failure: result.failure })
  }
  return {
    test,
    run,
    /** The form describes another NAS now. */
    forget: () => setTest({ state: 'untested' }),
    /** Trusts the identity that the NAS shows, then tests it. */
    async trust(tried: Tried, fingerprint: string): Promise<void> {
      const { host, port } = tried.nas
      const trusted = await bridge.trustHostKey({ host, port, fingerprint })
      if (!trusted.ok) return setTest({ state: 'refused', failure: trusted.failure })
      await Promise.all([refreshShops(), run(tried)])
    },
  }
}
