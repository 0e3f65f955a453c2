import { useCallback } from 'react'
import type { Failure } from '../../../shared/domain/failure.ts'
import type { Result } from '../../../shared/domain/result.ts'
import type { Shop, Template } from '../../../shared/domain/shop.ts'
import { useActions, useWindow } from '../../stores/store-context.tsx'

interface Saving {
  /** Each answers true when it was saved; a refusal is shown. */
  saveShop(shop: Shop): Promise<boolean>
  saveTemplate(template: Template): Promise<boolean>
}

/** Saves a shop or a template, and reads the shops anew; `isTold`: says that it was saved, where nothing else shows it. */
export function useSaving({ isTold }: { readonly isTold: boolean }): Saving {
  const { bridge } = useWindow()
  const { notify, refreshShops } = useActions()
  const settle = useCallback(
    async (call: Promise<Result<null>>): Promise<boolean> => {
      const result = await call
      const refused: Failure | null = result.ok ? null : result.failure
      if (refused !== null) {
        notify({ kind: 'failure', failure: refused })
        return false
      }
      await refreshShops()
      if (isTold) notify({ kind: 'settings-saved' })
      return true
    },
    [isTold, notify, refreshShops],
  )
  return {
    saveShop: (shop) => settle(bridge.saveShop(shop)),
    saveTemplate: (template) => settle(bridge.saveTemplate(template)),
  }
}
