import { useCallback } from 'react'
import type { Result } from '../../../shared/domain/result.ts'
import type { Shop, TypedSecrets } from '../../../shared/domain/shop.ts'
import { hasSameRules, type KeptTemplate, type KnownTemplate } from '../../../shared/domain/template.ts'
import { isContested } from '../../stores/draft-slice.ts'
import { useActions, useWindow } from '../../stores/store-context.tsx'
import type { TemplateToSave } from './template-draft.ts'

interface Saving {
  /** Each answers true when it was saved; a refusal is shown. `seen` is what the form was drawn over: when something else
   *  was saved meanwhile, nothing is, and the form shows it. The secrets are kept only with it. */
  saveShop(seen: Shop, part: Partial<Shop>, secrets?: TypedSecrets): Promise<boolean>
  /** `seen` null: a new one. Answers which it is, null when it was not saved. */
  saveTemplate(seen: KnownTemplate | null, template: TemplateToSave): Promise<string | null>
  /** Which holds of a template here and the shop's. */
  settleTemplate(templateId: string, kept: KeptTemplate): Promise<boolean>
  /** Reads the shop's templates at its service; are there any? */
  readTemplates(shopId: string): Promise<boolean>
}

/** Saves a shop or a template, and reads the shops anew; `isTold`: says that it was saved, where nothing else shows it. */
export function useSaving({ isTold }: { readonly isTold: boolean }): Saving {
  const { bridge, store } = useWindow()
  const { notify, refreshShops } = useActions()
  const settle = useCallback(
    async <T>(call: Promise<Result<T>>): Promise<Result<T>> => {
      const result = await call
      // What stands in the way may be to be seen there.
      await refreshShops()
      if (!result.ok) notify({ kind: 'failure', failure: result.failure })
      else if (isTold) notify({ kind: 'settings-saved' })
      return result
    },
    [isTold, notify, refreshShops],
  )
  const refuse = (): void => notify({ kind: 'changed-elsewhere' })
  return {
    async saveShop(seen, part, secrets = {}) {
      await refreshShops()
      const now = store.getState().shops?.find(({ shop }) => shop.id === seen.id)?.shop ?? seen
      if (isContested({ typed: part, from: seen }, now)) {
        refuse()
        return false
      }
      // The rest stays as it is, whatever the form was drawn over.
      return (await settle(bridge.saveShop({ shop: { ...now, ...part }, secrets }))).ok
    },
    async saveTemplate(seen, template) {
      await refreshShops()
      const setups = store.getState().shops ?? []
      const now = setups.flatMap(({ templates }) => templates).find(({ id }) => id === template.id) ?? null
      if (now !== null && seen !== null && !hasSameRules(now, seen)) {
        refuse()
        return null
      }
      const saved = await settle(
        bridge.saveTemplate({ ...template, ...(seen === null ? {} : { seen: seen.revision }) }),
      )
      return saved.ok ? saved.value.templateId : null
    },
    settleTemplate: async (templateId, kept) => (await settle(bridge.settleTemplate({ templateId, kept }))).ok,
    async readTemplates(shopId) {
      await bridge.readTemplates({ shopId })
      await refreshShops()
      const setup = store.getState().shops?.find(({ shop }) => shop.id === shopId)
      return setup !== undefined && setup.templates.length > 0
    },
  }
}
