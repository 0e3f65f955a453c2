import type { GalleyBridge } from '../../../shared/ipc/window.ts'
import type { EngineSlice } from '../../stores/engine-slice.ts'
import { missingPlace } from '../../stores/settings-places.ts'
import { chosenShop, chosenTemplate } from '../../stores/shown-shop.ts'
import type { GetSlice } from '../../stores/slice.ts'
import type { WindowSlice } from '../../stores/window-slice.ts'

export interface DropSlice {
  /** Sends files and folders to the chosen shop and template; where something is missing, says so and leads to it. */
  addPaths(paths: readonly string[]): Promise<void>
  /** Asks for files or a folder, then adds them. */
  pick(what: 'files' | 'folder'): Promise<void>
}

export function createDropSlice(bridge: GalleyBridge, get: GetSlice<EngineSlice & WindowSlice>): DropSlice {
  const addPaths = async (paths: readonly string[]): Promise<void> => {
    const { shops, isSettingUp, preferences, accept, show, leadTo, notify } = get()
    const setup = chosenShop(shops, preferences)
    const template = chosenTemplate(setup, preferences)
    if (paths.length === 0) return
    if (shops === null) return notify({ kind: 'not-taken', why: 'starting' })
    if (isSettingUp || setup === null) return notify({ kind: 'not-taken', why: 'set-up' })
    const missing = missingPlace(setup)
    if (template === null || missing !== null) {
      leadTo(missing ?? 'template', setup.shop.id)
      return notify({ kind: 'not-taken', why: 'set-up' })
    }
    show('uploads')
    await accept(paths, { shopId: setup.shop.id, templateId: template.id }, preferences.policy)
  }
  return {
    addPaths,
    async pick(what) {
      const picked = await (what === 'files' ? bridge.pickFiles({ purpose: 'designs' }) : bridge.pickFolder())
      if (picked.ok) await addPaths(picked.value)
      else get().notify({ kind: 'failure', failure: picked.failure })
    },
  }
}
