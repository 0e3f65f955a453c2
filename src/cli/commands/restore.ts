import { resolve } from 'node:path'
import type { RestoredFile, RestoreEvent } from '../../shared/domain/restore.ts'
import { orEnd, usageError } from '../cli-error.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { formatCounts } from '../format.ts'
import { printJson } from '../json-output.ts'
import { parseNumber } from '../parse-number.ts'
import { printable } from '../printable.ts'
import { checkSecretFiles } from '../secrets.ts'
import { findShop } from '../shop-setup.ts'
import { signInFirst } from '../sign-in.ts'
import { failureLine, type Speech } from '../speech.ts'
import { type CommonOptions, withEngine } from './with-engine.ts'

export interface RestoreOptions extends CommonOptions {
  readonly to: string
  readonly shop?: string
  readonly template?: string
  readonly number?: readonly string[]
  readonly passwordFile?: string
  readonly passphraseFile?: string
  readonly tokenFile?: string
}

/** `galley restore --to FOLDER`: designs of the shop back from the NAS, each compared with its SHA-256. */
export async function restore(options: RestoreOptions): Promise<ExitCode> {
  const { shop: shopName, template: templateName, json } = options
  const numbers = options.number?.map(parseNumber)
  checkSecretFiles(options)
  return withEngine(options, async ({ session, secrets, interrupt }) => {
    const engine = session.engine()
    const setup = findShop(orEnd(await engine.call('listShops', null)), shopName)
    if (setup === undefined)
      throw usageError(
        shopName === undefined ? 'No shop yet: nothing was uploaded from this data folder.' : `No shop "${shopName}".`,
      )
    const { shop, templates } = setup
    const template = templates.find(({ name }) => name === templateName)
    if (templateName !== undefined && template === undefined) {
      throw usageError(`No template "${templateName}"; there are: ${templates.map(({ name }) => name).join(', ')}.`)
    }
    secrets.use(shop.id, options)
    await signInFirst(engine, secrets, [shop.id], options)
    const request = { shopId: shop.id, templateId: template?.id, numbers, folder: resolve(options.to) }
    const summary = orEnd(
      await engine.call('restore', request, { signal: interrupt, onEvent: (event) => tell(event, options) }),
    )
    const { restored, present, failed, left, unknown } = summary
    if (json) printJson({ type: 'summary', ...summary })
    else {
      console.log(formatCounts({ restored, 'already there': present, failed, left }) || 'No designs.')
      if (unknown.length > 0) console.log(`No design of the shop on this NAS has number ${unknown.join(', ')}.`)
    }
    return failed + left + unknown.length === 0 ? EXIT.ok : EXIT.someFailed
  })
}

function tell(event: RestoreEvent, { json, speech }: CommonOptions): void {
  if (event.kind !== 'file') return
  if (json) printJson({ type: 'file', ...event.file })
  else console.error(printable(lineOf(event.file, speech)))
}

function lineOf({ outcome, remotePath, path, failure }: RestoredFile, speech: Speech): string {
  if (failure !== null) return `failed    ${remotePath}: ${failureLine(failure, speech)}`
  return `${outcome.padEnd(9)} ${remotePath} → ${path}`
}
