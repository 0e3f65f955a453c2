import type { Template } from '../../shared/domain/shop.ts'
import { type EngineState, statusOf, type WorkStatus } from '../../shared/domain/work-status.ts'
import type { ShopSetup } from '../../shared/ipc/engine.ts'
import type { Preferences } from './preferences.ts'
import type { Projection } from './projection.ts'

/** What the chosen shop follows from. */
export interface ShopChoice {
  readonly shops: readonly ShopSetup[] | null
  readonly preferences: Preferences
}
interface ShopsSeen extends ShopChoice {
  readonly projection: Projection
}

/** The shop that was chosen last, or else the first; null when there is none. */
export function chosenShop(shops: readonly ShopSetup[] | null, preferences: Preferences): ShopSetup | null {
  return shops?.find(({ shop }) => shop.id === preferences.shopId) ?? shops?.[0] ?? null
}

/** The template that was chosen last for the shop, or else its first. */
export function chosenTemplate(setup: ShopSetup | null, preferences: Preferences): Template | null {
  if (setup === null) return null
  const chosen = preferences.templateIds[setup.shop.id]
  return setup.templates.find(({ id }) => id === chosen) ?? setup.templates[0] ?? null
}

/** The shop that list, counts and review are about; null until the shops are known. */
export function shownShopId({ shops, preferences }: ShopChoice): string | null {
  return chosenShop(shops, preferences)?.shop.id ?? null
}

/** The projection without the batches of other shops. */
export function shownProjection({ projection, ...of }: ShopsSeen): Projection {
  const shopId = shownShopId(of)
  return shopId === null ? projection : ofShop(projection, shopId)
}

function ofShop(projection: Projection, shopId: string): Projection {
  const { batches } = projection
  const own = batches.filter((batch) => batch.shopId === shopId)
  return own.length === batches.length ? projection : { ...projection, batches: own }
}

/** The other shops of which a person has something to know, in the order of the shops. */
export function otherShopsAtWork(state: ShopsSeen): readonly ShopSetup[] {
  const shown = shownShopId(state)
  return (state.shops ?? []).filter(
    ({ shop }) =>
      shop.id !== shown &&
      state.projection.batches.some(
        ({ shopId, state: of, counts, failedUnseen }) =>
          shopId === shop.id && (of === 'scanning' || counts.active + counts.review + failedUnseen > 0),
      ),
  )
}

/** The name of a shop that is not the one that is looked at; null of that. */
export function nameElsewhere(choice: ShopChoice, shopId: string): string | null {
  if (shopId === shownShopId(choice)) return null
  return choice.shops?.find(({ shop }) => shop.id === shopId)?.shop.name ?? null
}

/** How the work of one shop stands. */
export function workOfShop(
  { projection, engine }: Pick<ShopsSeen, 'projection'> & { readonly engine: EngineState },
  shopId: string,
): WorkStatus {
  return statusOf({ engine, status: projection.status, batches: ofShop(projection, shopId).batches })
}
