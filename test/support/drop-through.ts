import { join } from 'node:path'
import type { TestBackend } from './backend.ts'
import { type Chaos, type ChaosProxy, startChaosProxy } from './chaos-proxy.ts'
import { type EngineShop, openEngineShop, writeDesigns } from './engine-shop.ts'
import { writeLargeDesign } from './real-designs.ts'
import type { Sshd } from './sshd.ts'

/** A batch on its way to the NAS through a proxy, met while its large design is being sent. */
export interface DropThrough extends AsyncDisposable {
  readonly shop: EngineShop
  readonly proxy: ChaosProxy
  readonly batchId: string
  readonly large: string
  /** The large design among them. */
  readonly sources: readonly string[]
}

export interface DropThroughOptions {
  readonly largeMb: number
  /** Bytes that have reached the NAS when this settles. */
  readonly sentBytes: number
  /** Small designs beside the large one. */
  readonly small?: number
  /** Bytes a second that the engine may send. */
  readonly limit?: number
  /** Without a limit packets take long by default, so that there is time to do something in the middle of the file. */
  readonly chaos?: Partial<Chaos>
}

export async function dropThrough(
  { sshd, backend }: { readonly sshd: Sshd; readonly backend: TestBackend },
  { largeMb, sentBytes, small = 0, limit, chaos = limit === undefined ? { delayMs: 100 } : {} }: DropThroughOptions,
): Promise<DropThrough> {
  const shop = await openEngineShop({ sshd, backend })
  const proxy = await startChaosProxy(sshd)
  await shop.reachBy(proxy)
  Object.assign(proxy.chaos, chaos)
  if (limit !== undefined) await shop.limit(limit)
  const large = await writeLargeDesign(join(shop.drops, 'large.png'), largeMb)
  const seeds = Array.from({ length: small }, (_, seed) => seed)
  const sources = [...(await writeDesigns(shop.drops, seeds)), large]
  const batchId = await shop.drop(sources, { onSimilar: 'keep' })
  await proxy.untilSent(sentBytes)
  return {
    shop,
    proxy,
    batchId,
    large,
    sources,
    async [Symbol.asyncDispose]() {
      await shop[Symbol.asyncDispose]()
      await proxy[Symbol.asyncDispose]()
    },
  }
}
