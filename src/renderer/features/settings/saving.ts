import { useCallback } from 'react'
import type { Result } from '../../../shared/domain/result.ts'
import type { Shop, Template, TypedSecrets } from '../../../shared/domain/shop.ts'
import { isContested, isSame } from '../../stores/draft-slice.ts'
import { useActions, useWindow } from '../../stores/store-context.tsx'

interface Saving {
  /** Each answers true when it was saved; a refusal is shown. `seen` is what the form was drawn over: when something else
   *  was saved meanwhile, nothing is, and the form shows it. The secrets are kept only with it. */
  saveShop(seen: Shop, part: Partial<Shop>, secrets?: TypedSecrets): Promise<boolean>
  /** `seen` null: a new one. */
  saveTemplate(seen: Template | null, template: Template): Promise<boolean>
}

/** Saves a shop or a template, and reads the shops anew; `isTold`: says that it was saved, where nothing else shows it. */
export function useSaving({ isTold }: { readonly isTold: boolean }): Saving {
  const { bridge, store } = useWindow()
  const { notify, refreshShops } = useActions()
  const settle = useCallback(
    async (call: Promise<Result<unknown>>): Promise<boolean> => {
      const result = await call
      if (!result.ok) {
        notify({ kind: 'failure', failure: result.failure })
        return false
      }
      await refreshShops()
      if (isTold) notify({ kind: 'settings-saved' })
      return true
    },
    [isTold, notify, refreshShops],
  )
  const refuse = (): boolean => {
    notify({ kind: 'changed-elsewhere' })
    return false
  }
  return {
    async saveShop(seen, part, secrets = {}) {
      await refreshShops()
      const now = store.getState().shops?.find(({ shop }) => shop.id === seen.id)?.shop ?? seen
      if (isContested({ typed: part, from: seen }, now)) return refuse()
      // The rest stays as it is, whatever the form was drawn over.
      return settle(bridge.saveShop({ shop: { ...now, ...part }, secrets }))
    },
    async saveTemplate(seen, template) {
      await refreshShops()
      const setups = store.getState().shops ?? []
      const now = setups.flatMap(({ templates }) => templates).find(({ id }) => id === template.id) ?? null
      if (now !== null && seen !== null && !isSame(now, seen)) return refuse()
      return settle(bridge.saveTemplate(template))
    },
  }
}
