import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { DuplicatePolicy } from '../../shared/domain/match.ts'
import { orEnd, usageError } from '../cli-error.ts'
import type { ExitCode } from '../exit-codes.ts'
import { printJson } from '../json-output.ts'
import { printable } from '../printable.ts'
import { runBatches } from '../run-batches.ts'
import { type ShopOptions, setUpShop } from '../shop-setup.ts'
import { type CommonOptions, resumeCommand, withEngine } from './with-engine.ts'

export type UploadOptions = CommonOptions & ShopOptions & DuplicatePolicy

/** `galley upload PATH...`: one batch, followed until nothing more moves. */
export async function upload(paths: readonly string[], options: UploadOptions): Promise<ExitCode> {
  const missing = paths.filter((path) => !existsSync(path))
  if (missing.length > 0) throw usageError(`There is no ${missing.join(', no ')}`)
  return withEngine(options, async ({ session, secrets, interrupt }) => {
    const { shop, template } = await setUpShop(session.engine(), secrets, options)
    await session.begin()
    const { batchId } = orEnd(
      await session.engine().call('acceptPaths', {
        paths: paths.map((path) => resolve(path)),
        shopId: shop.id,
        templateId: template.id,
        policy: { onDuplicate: options.onDuplicate, onSimilar: options.onSimilar },
      }),
    )
    if (options.json) printJson({ type: 'batch', batchId, shop: shop.name, template: template.name })
    else console.error(printable(`Batch ${batchId} for ${shop.name}, ${template.name}`))
    return runBatches({
      session,
      batchIds: [batchId],
      json: options.json,
      resumeCommand: resumeCommand(options),
      interrupt,
    })
  })
}
