import type { MadeMockups } from '../../shared/ipc/engine.ts'
import { orEnd } from '../cli-error.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { printJson } from '../json-output.ts'
import { parseOption } from '../parse-number.ts'
import { printable } from '../printable.ts'
import { failureLine } from '../speech.ts'
import { ofShop, type ShopCommandOptions } from './of-shop.ts'
import { templateOf } from './template-of.ts'

export interface MockupsOptions extends ShopCommandOptions {
  readonly template?: string
  readonly failed: boolean
  readonly retry: boolean
}

/** `galley mockups [NUMBER]`: how far the mockups of designs are; with `--retry` those that failed are begun anew first. Exit
 *  code 3 when one of those that are shown failed. */
export function mockups(number: string | undefined, options: MockupsOptions): Promise<ExitCode> {
  return ofShop(options, async (engine, setup) => {
    const { shop } = setup
    const one = number === undefined ? {} : { number: parseOption('number', number) }
    const isNamed = number !== undefined || options.template !== undefined
    const template = isNamed ? { templateId: templateOf(setup, options.template).id } : {}
    const asked = { shopId: shop.id, ...template, ...one }
    const list = async (isFailed: boolean) => orEnd(await engine.call('mockupJobs', { ...asked, isFailed }))
    if (options.retry) {
      const failed = await list(true)
      const jobIds = new Set(failed.jobs.map(({ jobId }) => jobId))
      for (const jobId of jobIds) orEnd(await engine.call('retryMockups', { shopId: shop.id, jobId }))
    }
    const { jobs, more } = await list(options.failed && !options.retry)
    for (const job of jobs) print(job, options)
    if (!options.json && jobs.length === 0) console.log('None.')
    if (!options.json && more) console.log('There are more; name a template, or --failed.')
    return jobs.some(({ state }) => state === 'failed') ? EXIT.someFailed : EXIT.ok
  })
}

function print(job: MadeMockups, { json, speech }: MockupsOptions): void {
  const { id, jobId, fileName, state, made, mockups: all, failure } = job
  if (json) {
    const files = made.map((file) => file.fileName)
    printJson({ type: 'mockups', id, jobId, fileName, state, made: files, of: all, error: failure?.code ?? null })
    return
  }
  const why = failure === null ? '' : `: ${failureLine(failure, speech)}`
  console.log(printable(`${fileName}: ${made.length} of ${all} mockups, ${state}${why}`))
}
