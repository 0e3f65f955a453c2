import { EXIT, type ExitCode } from '../exit-codes.ts'
import { printJson } from '../json-output.ts'
import { printable } from '../printable.ts'
import { type ShopOptions, setUpShop } from '../shop-setup.ts'
import { type CommonOptions, withEngine } from './with-engine.ts'

/** `galley shop add`: makes a shop known, with its NAS, template and who keeps its records; nothing is uploaded. */
export function addShop(options: CommonOptions & ShopOptions): Promise<ExitCode> {
  return withEngine(options, async ({ session, secrets }) => {
    const { shop, template } = await setUpShop(session.engine(), secrets, options)
    if (options.json) printJson({ type: 'shop', shop: shop.name, template: template.name, backend: shop.backendUrl })
    else console.log(printable(`${shop.name} is set up: ${template.name}.`))
    return EXIT.ok
  })
}
