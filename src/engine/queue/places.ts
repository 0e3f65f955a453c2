import { isDeepStrictEqual } from 'node:util'
import type { Place } from '../../shared/api/places.ts'
import { type Failure, failure } from '../../shared/domain/failure.ts'
import { otherPlace } from '../../shared/domain/place.ts'
import { fail, ok, type Result } from '../../shared/domain/result.ts'
import { describeDetail } from '../../shared/texts/details-en.ts'
import type { NasAccess, TransferContract } from '../../shared/worker/transfer.ts'
import type { QueueContext } from '../items/context.ts'
import type { HashFeed } from '../records/hash-feed.ts'
import { type RecordAccess, recordClient } from '../records/shop-client.ts'
import { wayTo } from '../records/tell-place.ts'
import type { WorkerPool } from '../workers/worker-pool.ts'

/** A share may be unmounted, or another NAS get the address: it is looked again. */
const PROVEN_MS = 600_000
/** Where the place could not be found out, as the backend is away or nothing may be written there. */
const UNKNOWN_MS = 60_000
/** Uploads wait this long for the backend and no longer. */
const PATIENCE_MS = 5_000

/** What a person says of a folder that is not known as the shop's: it is one more place of the shop, or the place with this
 *  id, whose file was lost. */
export type SaidPlace = 'further' | { readonly id: string }

/** Proves that a NAS, as a workstation comes there, is the one on which the shop's designs lie. */
export interface Places {
  /** After the access was given to the transfer worker, before any work there. Who comes first marks the folder, by which
   *  the others know it. `place-other` when it is none of the shop's places: a workstation that has not been to one yet was
   *  just told where to go, and takes a folder without a mark as a further place. A shop without a backend has nobody to
   *  share a place with; where nobody can tell, the place stays unknown, and nothing is held up. */
  prove(shopId: string, access: NasAccess): Promise<Result<null>>
  /** The same, with a person's word for it. */
  settle(shopId: string, access: NasAccess, said: SaidPlace): Promise<Result<null>>
  /** The shop's places as the backend knows them, or as far as this workstation does. */
  known(shopId: string): Promise<readonly Place[] | undefined>
}

export interface PlacesOptions {
  readonly transfer: Pick<WorkerPool<TransferContract>, 'call'>
  readonly access: RecordAccess
  readonly feed: Pick<HashFeed, 'catchUp'>
}

/** `unknown`: with what stood in the way. */
type Found = 'proven' | { readonly unknown: Failure }

interface Proof {
  readonly of: unknown
  readonly result: Promise<Result<Found>>
  until: number
}

export function createPlaces(context: QueueContext, { transfer, access: reach, feed }: PlacesOptions): Places {
  const { catalog, clock, log } = context
  const proofs = new Map<string, Proof>()

  const service = async (shopId: string) => {
    const client = await recordClient(context, reach, shopId)
    if (!client.ok) return client
    const places = await client.value.places(AbortSignal.timeout(PATIENCE_MS))
    return places.ok ? ok({ client: client.value, places: places.value }) : places
  }

  const find = async (shopId: string, access: NasAccess, said?: SaidPlace): Promise<Result<Found>> => {
    const { nas, hostKey = '' } = access
    const before = catalog.places.of(shopId)
    const seen = await transfer.call('readPlace', { nasId: shopId })
    if (!seen.ok) return seen
    const { ids, obstacle } = seen.value
    if (before !== null && ids.includes(before.id)) return keep(shopId, before.id, nas.root, before.isTold)
    const other = fail(failure('place-other', otherPlace(nas.root, ids[0] ?? null)))
    const asked = await service(shopId)
    if (!asked.ok) return before === null ? ok({ unknown: asked.failure }) : other
    const { client, places } = asked.value
    const isNew = ids.length === 0
    if (isNew && said === undefined && before !== null) return other
    const same = typeof said === 'object' ? said.id : undefined
    if (same !== undefined && places.every(({ id }) => id !== same)) return other
    const mark = { nasId: shopId, id: same ?? context.newId() }
    const marked = isNew && obstacle === null ? await transfer.call('markPlace', mark) : seen
    if (!marked.ok) return marked
    const id = knownOf(marked.value.ids, places) ?? marked.value.ids[0]
    if (id === undefined) return ok({ unknown: marked.value.obstacle ?? failure('internal') })
    if (same !== undefined && id !== same) return other
    const way = { ...wayTo(id, nas, hostKey), isFurther: said === 'further' || (isNew && places.length > 0) }
    const reached = await client.reachPlace(way, AbortSignal.timeout(PATIENCE_MS))
    if (!reached.ok) return ok({ unknown: reached.failure })
    // Others may have marked it at the same moment: of all marks that stand by now, the one that was told first is the place.
    const stands = await transfer.call('readPlace', { nasId: shopId })
    if (!stands.ok) return stands
    const first = knownOf(stands.value.ids, reached.value.places)
    const isTold = first === id && reached.value.status === 'known'
    return first === undefined ? other : keep(shopId, first, nas.root, isTold)
  }

  const keep = async (shopId: string, id: string, root: string, isTold: boolean): Promise<Result<Found>> => {
    const before = catalog.places.of(shopId)
    const isSame = before?.id === id
    if (isSame && before.root === root) return ok('proven')
    log.info('the place of the designs was proven', { shop: shopId, id, root })
    await catalog.write(() => catalog.places.prove(shopId, { id, root, isTold: isTold && !isSame }))
    // What is known of colleagues' designs has the paths by which they come there.
    if (!isSame) await feed.catchUp(shopId)
    return ok('proven')
  }

  const proofOf = (shopId: string, access: NasAccess, said?: SaidPlace): Promise<Result<Found>> => {
    const of = { access, backendUrl: catalog.shops.shop(shopId)?.backendUrl }
    const last = proofs.get(shopId)
    const holds = last !== undefined && clock.monotonic() < last.until && isDeepStrictEqual(last.of, of)
    if (holds && said === undefined) return last.result
    const proof: Proof = { of, result: find(shopId, access, said), until: Number.POSITIVE_INFINITY }
    proofs.set(shopId, proof)
    const end = (lastsMs: number): void => {
      proof.until = clock.monotonic() + lastsMs
    }
    proof.result.then(
      (found) => {
        if (found.ok && found.value !== 'proven') {
          const { code, detail } = found.value.unknown
          log.warn('the place of the designs is not known', { code, detail: describeDetail(detail) })
        }
        end(!found.ok ? 0 : found.value === 'proven' ? PROVEN_MS : UNKNOWN_MS)
      },
      () => end(0),
    )
    return proof.result
  }

  return {
    async prove(shopId, access) {
      const hasService = (catalog.shops.shop(shopId)?.backendUrl ?? null) !== null
      if (!hasService || access.hostKey === undefined) return ok(null)
      const found = await proofOf(shopId, access)
      return found.ok ? ok(null) : found
    },
    async settle(shopId, access, said) {
      const found = await proofOf(shopId, access, said)
      if (!found.ok) return found
      return found.value === 'proven' ? ok(null) : fail(found.value.unknown)
    },
    async known(shopId) {
      if ((catalog.shops.shop(shopId)?.backendUrl ?? null) === null) return undefined
      const asked = await service(shopId)
      if (asked.ok) return asked.value.places
      const place = catalog.places.of(shopId)
      return place === null ? undefined : [{ id: place.id, name: place.root, hostKeys: [] }]
    },
  }
}

/** Of places that the backend knows, the one that it was told of first: the same for whoever asks. */
function knownOf(ids: readonly string[], places: readonly Place[]): string | undefined {
  return places.find(({ id }) => ids.includes(id))?.id
}
