import type { Failure } from '../../../shared/domain/failure.ts'
import type { PinnedHostKey } from '../../../shared/domain/shop.ts'
import { MENDED_AT, type SettingsPlace } from '../../stores/settings-places.ts'
import { useGalley } from '../../stores/store-context.tsx'

/** Why files of the shop wait, where that is mended at one of these places; null when they do not. */
export function useHeld(shopId: string, places: readonly SettingsPlace[]): Failure | null {
  return useGalley(({ work }) => {
    const held = work.held.find(({ shopId: of, failure }) => {
      const place = MENDED_AT[failure.code]
      return of === shopId && place !== undefined && places.includes(place)
    })
    return held?.failure ?? null
  })
}

/** What makes the field of a place take the focus, when a person was led there; null otherwise. */
export function useLedTo(place: SettingsPlace): object | null {
  return useGalley(({ ledTo }) => (ledTo?.place === place ? ledTo : null))
}

/** The identity that the shop's NAS was trusted by; null when it was never trusted. */
export function useTrusted(shopId: string): PinnedHostKey | null {
  return useGalley(({ shops }) => shops?.find(({ shop }) => shop.id === shopId)?.hostKey ?? null)
}
