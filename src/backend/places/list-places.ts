import { type Kysely, sql } from 'kysely'
import type { Place } from '../../shared/api/places.ts'
import type { Tables } from '../database/tables.ts'
import { placesOf } from './places.ts'
import { rootsOf } from './roots.ts'

/** Folders named at most; the ones with the most records. */
const MOST_FOLDERS = 100

/** Where a shop's designs lie, and what fits none of its places. */
export interface PlacesListing {
  readonly shop: string
  readonly places: readonly (Place & { readonly ways: readonly { readonly device: string; readonly root: string }[] })[]
  /** Records that no place is known of: no workstation has told of a root above them, or several places have one. */
  readonly unplaced: number
  readonly unplacedIn: readonly { readonly folder: string; readonly records: number }[]
}

/** Of each shop. */
export async function listPlaces(db: Kysely<Tables>): Promise<PlacesListing[]> {
  const shops = await db.selectFrom('shops').select(['id', 'name']).orderBy('name').execute()
  const listings: PlacesListing[] = []
  for (const { id, name } of shops) {
    const roots = await rootsOf(db, id)
    const places = (await placesOf(db, id)).map((place) => {
      const ways = roots.filter(({ placeId }) => placeId === place.id).map(({ device, root }) => ({ device, root }))
      return { ...place, ways }
    })
    listings.push({ shop: name, places, ...(await findUnplaced(db, id)) })
  }
  return listings
}

async function findUnplaced(db: Kysely<Tables>, shopId: string) {
  const { rows } = await sql<{ folder: string; records: string | number; all: string | number }>`
    select regexp_replace(record ->> 'remotePath', '/[^/]*$', '') as folder, count(*) as records,
      sum(count(*)) over () as all
    from designs where shop_id = ${shopId}::uuid and record ->> 'placeId' is null
    group by 1 order by 2 desc, 1 limit ${MOST_FOLDERS}`.execute(db)
  const unplacedIn = rows.map(({ folder, records }) => ({ folder, records: Number(records) }))
  return { unplaced: Number(rows[0]?.all ?? 0), unplacedIn }
}
