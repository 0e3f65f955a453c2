import type { Priority } from '../../shared/domain/batch.ts'
import type { DuplicatePolicy } from '../../shared/domain/match.ts'
import type { Shop } from '../../shared/domain/shop.ts'
import type { EngineContract } from '../../shared/ipc/engine.ts'
import type { Peer } from '../../shared/worker/peer.ts'
import { orEnd } from '../cli-error.ts'
import type { ExitCode } from '../exit-codes.ts'
import { followUps } from '../follow-ups.ts'
import { printJson } from '../json-output.ts'
import { printable } from '../printable.ts'
import { runBatches } from '../run-batches.ts'
import { otherShop, type ShopOptions, setUpShop } from '../shop-setup.ts'
import type { Speech } from '../speech.ts'
import { wholePaths } from '../whole-paths.ts'
import { type CommonOptions, withEngine } from './with-engine.ts'

export type UploadOptions = CommonOptions &
  ShopOptions &
  DuplicatePolicy & { readonly priority: Priority; readonly followLinks: boolean }

const BACKEND_LOOK_MS = 3_000

/** `galley upload PATH...`: one batch, followed until nothing more moves. */
export async function upload(paths: readonly string[], options: UploadOptions): Promise<ExitCode> {
  const dropped = wholePaths(paths)
  return withEngine(options, async ({ session, secrets, interrupt }) => {
    const { shop, template } = await setUpShop(session.engine(), secrets, options)
    await warnOfOtherShop(session.engine(), shop, options.speech, interrupt)
    await session.begin()
    const { batchId } = orEnd(
      await session.engine().call('acceptPaths', {
        paths: dropped,
        shopId: shop.id,
        templateId: template.id,
        policy: { onDuplicate: options.onDuplicate, onSimilar: options.onSimilar },
        priority: options.priority,
        followLinks: options.followLinks,
      }),
    )
    if (options.json) printJson({ type: 'batch', batchId, shop: shop.name, template: template.name })
    else console.error(printable(`Batch ${batchId} for ${shop.name}, ${template.name}`))
    return runBatches({
      session,
      secrets,
      batchIds: [batchId],
      json: options.json,
      speech: options.speech,
      commands: followUps(options),
      interrupt,
    })
  })
}

/** A token of another shop is no mistake that can be seen from here, but worth a word. A backend that is away says nothing. */
async function warnOfOtherShop(
  engine: Peer<EngineContract>,
  shop: Shop,
  speech: Speech,
  interrupt: AbortSignal,
): Promise<void> {
  if (shop.backendUrl === null) return
  const signal = AbortSignal.any([interrupt, AbortSignal.timeout(BACKEND_LOOK_MS)])
  const answer = await engine.call('testBackend', { shopId: shop.id, url: shop.backendUrl }, { signal })
  const warning = answer.ok ? otherShop(shop.name, answer.value.shopName, speech) : ''
  if (warning !== '') console.error(printable(warning))
}
