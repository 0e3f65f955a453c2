import { orEnd, usageError } from '../cli-error.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { printJson } from '../json-output.ts'
import { checkSecretFiles } from '../secrets.ts'
import { findShop } from '../shop-setup.ts'
import { type CommonOptions, look } from './with-engine.ts'

export interface ResendOptions extends CommonOptions {
  readonly shop?: string
  readonly tokenFile?: string
}

/** `galley records resend`: what the backend lacks of all that this computer knows of the shop. */
export function resendRecords(options: ResendOptions): Promise<ExitCode> {
  checkSecretFiles(options)
  return look(options, async (engine, interrupt, secrets) => {
    const setup = findShop(orEnd(await engine.call('listShops', null)), options.shop)
    if (setup === undefined)
      throw usageError(options.shop === undefined ? 'No shop yet.' : `No shop "${options.shop}".`)
    const shopId = setup.shop.id
    secrets.use(shopId, options)
    const counts = orEnd(await engine.call('resendRecords', { shopId }, { signal: interrupt }))
    if (options.json) printJson({ type: 'resent', ...counts })
    else console.log(`Asked about ${counts.asked}; the backend lacked ${counts.sent}, and has them now.`)
    return EXIT.ok
  })
}
