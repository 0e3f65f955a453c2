import { randomUUID } from 'node:crypto'
import type { TemplateRules } from '../../shared/domain/shop.ts'
import type { KeptTemplate, KnownTemplate } from '../../shared/domain/template.ts'
import type { EngineContract, ShopSetup } from '../../shared/ipc/engine.ts'
import type { Peer } from '../../shared/worker/peer.ts'
import { failureError, orEnd, usageError } from '../cli-error.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { printJson } from '../json-output.ts'
import { parseOption } from '../parse-number.ts'
import { withPrint } from '../print-options.ts'
import { printable } from '../printable.ts'
import { newTemplate, type ShopOptions } from '../shop-setup.ts'
import { ofShop } from './of-shop.ts'
import type { CommonOptions } from './with-engine.ts'

export interface TemplateOptions extends CommonOptions, Omit<ShopOptions, 'template'> {
  readonly code?: string
  readonly rename?: string
  readonly names?: string
  readonly revision?: string
  readonly keep?: KeptTemplate
}

/** `galley template list`: the shop's templates, with the revision of each, and what is to be decided. */
export function listTemplates(options: TemplateOptions): Promise<ExitCode> {
  return ofShop(options, async (_, { templates }) => {
    for (const template of templates) print(template, options)
    if (templates.length === 0 && !options.json) console.log('No templates yet.')
    return EXIT.ok
  })
}

/** `galley template add`: one more product of the shop. */
export function addTemplate(name: string, options: TemplateOptions): Promise<ExitCode> {
  return ofShop(options, async (engine, { shop, templates }) => {
    if (templates.some((one) => one.name === name)) throw usageError(`There is a template "${name}" already.`)
    const { id, ...made } = changed(newTemplate(shop.id, name), options)
    const wish = { ...made, id: randomUUID(), ...(options.code === undefined ? {} : { code: options.code }) }
    const { templateId } = orEnd(await engine.call('saveTemplate', wish))
    return tell(engine, templateId, options)
  })
}

/** `galley template edit`: changes what was seen; both are printed where somebody else changed it since. */
export function editTemplate(name: string, options: TemplateOptions): Promise<ExitCode> {
  return ofShop(options, async (engine, setup) => {
    const { id, shopId, revision } = find(setup, name)
    const mine = changed(find(setup, name), options)
    const seen = options.revision === undefined ? revision : parseOption('--revision', options.revision)
    const saved = await engine.call('saveTemplate', { ...mine, id, shopId, seen })
    if (saved.ok) return tell(engine, saved.value.templateId, options)
    if (saved.failure.code === 'template-changed') {
      const theirs = (await templatesNow(engine)).find((one) => one.id === id)
      if (theirs !== undefined) printBoth(theirs.revision, theirs, mine)
      console.error(printable(`\`galley template edit\` with --revision ${theirs?.revision} saves yours over it.`))
    }
    throw failureError(saved.failure)
  })
}

/** `galley template settle`: which holds where a template here is not as the shop's. */
export function settleTemplate(name: string, options: TemplateOptions): Promise<ExitCode> {
  return ofShop(options, async (engine, setup) => {
    const { id: templateId, theirs } = find(setup, name)
    const { keep: kept } = options
    if (theirs !== null && kept !== undefined) orEnd(await engine.call('settleTemplate', { templateId, kept }))
    return tell(engine, templateId, options)
  })
}

function find({ templates }: ShopSetup, name: string): KnownTemplate {
  const found = templates.find((one) => one.name === name)
  if (found === undefined)
    throw usageError(`No template "${name}"; there are: ${templates.map((one) => one.name).join(', ')}.`)
  return found
}

function changed<T extends Parameters<typeof withPrint>[0]>(template: T, options: TemplateOptions) {
  const { rename, names } = options
  return {
    ...withPrint(template, options),
    ...(rename === undefined ? {} : { name: rename }),
    ...(names === undefined ? {} : { namePattern: names }),
  }
}

async function templatesNow(engine: Peer<EngineContract>): Promise<readonly KnownTemplate[]> {
  return orEnd(await engine.call('listShops', null)).flatMap(({ templates }) => templates)
}

async function tell(engine: Peer<EngineContract>, templateId: string, options: TemplateOptions): Promise<ExitCode> {
  const template = (await templatesNow(engine)).find(({ id }) => id === templateId)
  if (template !== undefined) print(template, options)
  return EXIT.ok
}

function print(template: KnownTemplate, { json }: TemplateOptions): void {
  if (json) {
    printJson({ type: 'template', ...template })
    return
  }
  const { name, code, folder, revision, theirs } = template
  const called = code === name ? name : `${name} (${code})`
  const at = revision === 0 ? 'of this computer alone' : `revision ${revision}`
  console.log(printable(`${called}: ${sayRules(template)}; in ${folder}, ${at}`))
  if (theirs === null) return
  printBoth(theirs.revision, theirs, template)
  console.error(printable(`Say which holds: galley template settle "${name}" --keep shop, or mine.`))
}

function printBoth(revision: number, theirs: TemplateRules, mine: TemplateRules): void {
  console.error(printable(`The shop's, revision ${revision}: ${theirs.name}, ${sayRules(theirs)}`))
  console.error(printable(`Yours: ${mine.name}, ${sayRules(mine)}`))
}

function sayRules({ widthInches, heightInches, dpi, fit, preparation, namePattern }: TemplateRules): string {
  const steps = preparation === undefined ? 'as dropped' : ['resize', ...stepsOf(preparation)].join(',')
  return `${widthInches}x${heightInches}@${dpi}, ${fit}, ${steps}, files "${namePattern}"`
}

function stepsOf({ trim, rotate, maxEnlargement }: NonNullable<TemplateRules['preparation']>): string[] {
  return [...(trim ? ['trim'] : []), ...(rotate ? ['rotate'] : []), `at most ${maxEnlargement} times`]
}
