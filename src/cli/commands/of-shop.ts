import type { Result } from '../../shared/domain/result.ts'
import type { EngineContract, ShopSetup } from '../../shared/ipc/engine.ts'
import type { Peer } from '../../shared/worker/peer.ts'
import { orEnd, usageError } from '../cli-error.ts'
import type { ExitCode } from '../exit-codes.ts'
import { printable } from '../printable.ts'
import { checkSecretFiles } from '../secrets.ts'
import { findShop } from '../shop-setup.ts'
import { failureLine } from '../speech.ts'
import { type CommonOptions, look } from './with-engine.ts'

export interface ShopCommandOptions extends CommonOptions {
  readonly shop?: string
  readonly tokenFile?: string
}

/** Runs a command on what all workstations of the shop have, with its templates as its service has them; where that does not
 *  answer, as they are known here, which is said. */
export function ofShop(
  options: ShopCommandOptions,
  work: (engine: Peer<EngineContract>, setup: ShopSetup) => Promise<ExitCode>,
): Promise<ExitCode> {
  checkSecretFiles(options)
  return look(options, async (engine, _interrupt, secrets) => {
    const { shop } = await setupOf(engine, options)
    secrets.use(shop.id, options)
    tellAway(await engine.call('readTemplates', { shopId: shop.id }), options)
    return work(engine, await setupOf(engine, options))
  })
}

async function setupOf(engine: Peer<EngineContract>, { shop }: ShopCommandOptions): Promise<ShopSetup> {
  const setup = findShop(orEnd(await engine.call('listShops', null)), shop)
  if (setup === undefined) throw usageError(shop === undefined ? 'No shop yet.' : `No shop "${shop}".`)
  return setup
}

function tellAway(read: Result<null>, { speech }: ShopCommandOptions): void {
  if (!read.ok) console.error(printable(failureLine(read.failure, speech)))
}
