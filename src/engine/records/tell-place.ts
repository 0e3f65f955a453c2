import type { ReachedPlace } from '../../shared/api/places.ts'
import type { Nas } from '../../shared/domain/shop.ts'
import type { Catalog } from '../catalog/open-catalog.ts'
import type { RecordClient } from './client.ts'

/** How this workstation comes to a place, for the backend. */
export function wayTo(id: string, { host, root }: Nas, hostKey: string): ReachedPlace {
  return { id, name: `${host} ${root}`, root, hostKey }
}

/** Tells the backend of the shop's place, if it was proven since the backend was last told: before anything else, as it
 *  assigns records by that. One that does not take it is told the next time. */
export async function tellPlace(
  catalog: Pick<Catalog, 'places' | 'shops' | 'write'>,
  client: Pick<RecordClient, 'reachPlace'>,
  shopId: string,
  signal: AbortSignal,
): Promise<void> {
  const place = catalog.places.of(shopId)
  const nas = catalog.shops.shop(shopId)?.nas ?? null
  // Where the NAS was changed since, its place is proven first.
  if (place === null || place.isTold || nas === null || nas.root !== place.root) return
  const hostKey = catalog.shops.hostKey(nas.host, nas.port)?.fingerprint
  if (hostKey === undefined) return
  const told = await client.reachPlace(wayTo(place.id, nas, hostKey), signal)
  if (!told.ok) return
  await catalog.write(() => {
    if (catalog.places.of(shopId)?.root !== place.root) return
    if (told.value.status === 'known') catalog.places.setTold(shopId)
    else catalog.places.forget(shopId)
  })
}
