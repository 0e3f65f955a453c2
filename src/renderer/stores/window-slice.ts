import type { Failure } from '../../shared/domain/failure.ts'
import type { Decision, DuplicatePolicy, KeptTwin } from '../../shared/domain/match.ts'
import type { ListSlice } from '../features/batches/list-slice.ts'
import { type Preferences, readPreferences, writePreferences } from './preferences.ts'
import type { SettingsPlace } from './settings-places.ts'
import type { SetSlice } from './slice.ts'

export type Screen = 'uploads' | 'review' | 'activity' | 'settings'

/** A short word at the window's edge that goes away by itself or when closed. */
export type Notice =
  | { readonly kind: 'failure'; readonly failure: Failure }
  | { readonly kind: 'saved'; readonly path: string }
  | { readonly kind: 'settings-saved' }
  /** What this computer kept is at the backend now: how many records, and where they stay here. */
  | { readonly kind: 'records-moved'; readonly asked: number; readonly keptIn: string | null }
  | { readonly kind: 'paired'; readonly shopName: string }
  /** Records that the backend lacked. */
  | { readonly kind: 'resent'; readonly records: number }
  /** Nothing was saved: what was to be saved over is not what the form was drawn over. */
  | { readonly kind: 'changed-elsewhere' }
  | { readonly kind: 'decided'; readonly decision: Decision; readonly files: number }
  | { readonly kind: 'twins-settled'; readonly kept: KeptTwin; readonly files: number }
  /** How many files are in review again, and of how many only what was remembered was taken back. */
  | { readonly kind: 'undone'; readonly reopened: number; readonly kept: number }
  /** How many files a cancel ended, or go on as it was taken back. */
  | { readonly kind: 'cancelled' | 'uncancelled'; readonly files: number }
  | { readonly kind: 'cleared' | 'uncleared'; readonly batches: number }
  | { readonly kind: 'not-on-disk' }
  /** A drop that nothing was taken of: the shop is not set up, or the shops are not yet known. */
  | { readonly kind: 'not-taken'; readonly why: 'set-up' | 'starting' }

export interface WindowSlice {
  readonly screen: Screen
  /** Where in Settings a person was led to; a new one each time, so that the focus goes there again. */
  readonly ledTo: { readonly place: SettingsPlace } | null
  readonly isHelpOpen: boolean
  /** A shop is being set up, though there may be others. */
  readonly isSettingUp: boolean
  readonly notice: Notice | null
  /** A person was told of the work that went on from the last time. */
  readonly isRestoredSeen: boolean
  readonly preferences: Preferences

  show(screen: Screen): void
  /** Shows what of a shop is to be set, with the focus on it. */
  leadTo(place: SettingsPlace, shopId: string): void
  showHelp(isOpen: boolean): void
  setUp(isSettingUp: boolean): void
  notify(notice: Notice | null): void
  seeRestored(): void
  chooseShop(shopId: string): void
  chooseTemplate(shopId: string, templateId: string): void
  choosePolicy(policy: DuplicatePolicy): void
}

export function createWindowSlice(
  storage: Pick<Storage, 'getItem' | 'setItem'>,
  set: SetSlice<WindowSlice & Pick<ListSlice, 'cursor'>>,
): WindowSlice {
  const prefer = (change: (before: Preferences) => Partial<Preferences>): void =>
    set(({ preferences: before }) => {
      const preferences = { ...before, ...change(before) }
      writePreferences(storage, preferences)
      return { preferences }
    })
  const chooseShop = (shopId: string): void => {
    prefer(() => ({ shopId }))
    // The row that keys act on is another shop's.
    set({ cursor: null })
  }
  return {
    screen: 'uploads',
    ledTo: null,
    isHelpOpen: false,
    isSettingUp: false,
    notice: null,
    isRestoredSeen: false,
    preferences: readPreferences(storage),

    show: (screen) => set({ screen, ledTo: null }),
    leadTo(place, shopId) {
      chooseShop(shopId)
      set({ screen: 'settings', ledTo: { place } })
    },
    showHelp: (isHelpOpen) => set({ isHelpOpen }),
    setUp: (isSettingUp) => set({ isSettingUp }),
    notify: (notice) => set({ notice }),
    seeRestored: () => set({ isRestoredSeen: true }),
    chooseShop,
    chooseTemplate: (shopId, templateId) =>
      prefer(({ templateIds }) => ({ shopId, templateIds: { ...templateIds, [shopId]: templateId } })),
    choosePolicy: (policy) => prefer(() => ({ policy })),
  }
}
