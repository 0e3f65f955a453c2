import { orEnd, usageError } from '../cli-error.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { printJson } from '../json-output.ts'
import { printable } from '../printable.ts'
import { checkSecretFiles } from '../secrets.ts'
import { findShop, type ShopOptions } from '../shop-setup.ts'
import { type CommonOptions, look } from './with-engine.ts'

export interface NasPlaceOptions
  extends CommonOptions,
    Pick<ShopOptions, 'shop' | 'passwordFile' | 'passphraseFile' | 'tokenFile'> {
  readonly further?: boolean
  readonly same?: string
}

/** `galley nas place`: where the shop's designs lie, as this computer has proven it, and what places the shop has. */
export function nasPlace(options: NasPlaceOptions): Promise<ExitCode> {
  checkSecretFiles(options)
  return look(options, async (engine, interrupt, secrets) => {
    const setup = findShop(orEnd(await engine.call('listShops', null)), options.shop)
    if (setup === undefined)
      throw usageError(options.shop === undefined ? 'No shop yet.' : `No shop "${options.shop}".`)
    const { id: shopId } = setup.shop
    secrets.use(shopId, options)
    const said = options.further === true ? 'further' : options.same === undefined ? null : { id: options.same }
    if (said !== null) orEnd(await engine.call('settlePlace', { shopId, said }, { signal: interrupt }))
    const { here, places } = orEnd(await engine.call('nasPlace', { shopId }, { signal: interrupt }))
    if (options.json) {
      printJson({ type: 'place', here, places })
      return EXIT.ok
    }
    console.log(
      printable(
        here === null
          ? 'Not known here yet: it is looked for with the first upload or restore.'
          : `Here: ${here.id}, in ${here.root}.`,
      ),
    )
    for (const { id, name } of places) console.log(printable(`${id}  ${name}`))
    return EXIT.ok
  })
}
