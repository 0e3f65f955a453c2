import type { ShopTemplate } from '../../shared/api/templates.ts'
import { type Failure, failure, waitsForSomebody } from '../../shared/domain/failure.ts'
import { fail, ok, type Result } from '../../shared/domain/result.ts'
import { keepsRecordsHere, type Template } from '../../shared/domain/shop.ts'
import {
  contentOf,
  hasSameRules,
  type JoiningStep,
  joinTemplates,
  type KeptTemplate,
  type KnownTemplate,
} from '../../shared/domain/template.ts'
import type { QueueContext } from '../items/context.ts'
import type { PutAnswer, RecordClient } from './client.ts'
import { type RecordAccess, recordClient } from './shop-client.ts'

/** A person waits this long for the shop's service and no longer. */
const PATIENCE_MS = 5_000

/** A template as a person saves it. */
export interface SavedTemplate extends Template {
  /** Of a new one. */
  readonly code?: string | undefined
  /** The revision that was changed. */
  readonly seen?: number | undefined
}

/** Templates are the shop's: its service has them, and each workstation what it has read there, to work by. */
export interface Templates {
  /** Brings those here and the service's together, as far as nobody is to be asked: what is equal is one, what is known on
   *  one side alone is known on both. A service that keeps none leaves them as they are. */
  join(shopId: string, client: TemplateClient, signal: AbortSignal): Promise<Result<null>>
  /** The same at once, for who looks at them. */
  read(shopId: string): Promise<Result<null>>
  /** Saves a template, at the service first where that has the shop's: `templates-read-only` while it does not answer,
   *  `template-changed` when it has another revision by now, which is known here then. */
  save(template: SavedTemplate): Promise<Result<{ readonly templateId: string }>>
  /** A person says which holds where the shop's is not as the one here. Code and folder are the shop's in either case, so
   *  `conflict` while something of it lies half sent in another folder. */
  settle(templateId: string, kept: KeptTemplate): Promise<Result<null>>
}

type TemplateClient = Pick<RecordClient, 'templates' | 'putTemplate' | 'sendResent'>

export interface TemplatesOptions {
  readonly access: RecordAccess
  /** They are others; `isNew`: designs of one are still to be read. */
  onChange(shopId: string, isNew: boolean): void
}

export function createTemplates(context: QueueContext, { access, onChange }: TemplatesOptions): Templates {
  const { catalog, holds, log } = context
  const { shops } = catalog

  const placeOf = (shopId: string): string | null => catalog.places.of(shopId)?.id ?? null

  /** Inside a write transaction; true when its designs are to be read. */
  const share = (here: Pick<Template, 'id' | 'shopId'>, theirs: ShopTemplate): boolean => {
    const before = shops.template(here.id)
    shops.shareTemplate(here, theirs)
    if (before?.code === theirs.code) return false
    learn(here, before === null)
    return true
  }

  /** The feed was read without this template's designs. */
  const learn = ({ id, shopId }: Pick<Template, 'id' | 'shopId'>, isNew: boolean): void => {
    shops.readAnew(shopId, id)
    if (isNew && catalog.settings.rebuilt() !== null) catalog.found.setDue(id, true)
  }

  const changed = (shopId: string, templateId: string, isNew: boolean): void => {
    holds.lift({ kind: 'folder', templateId })
    onChange(shopId, isNew)
  }

  const keep = async (here: Pick<Template, 'id' | 'shopId'>, theirs: ShopTemplate): Promise<void> => {
    const isNew = await catalog.write(() => share(here, theirs))
    changed(here.shopId, here.id, isNew)
  }

  const join = async (shopId: string, client: TemplateClient, signal: AbortSignal): Promise<Result<null>> => {
    const answer = await client.templates(signal)
    if (!answer.ok) return answer
    const theirs = answer.value
    if (theirs === null) return ok(null)
    const plan = (): JoiningStep[] => joinTemplates(shops.templates(shopId), theirs, placeOf(shopId))
    if (plan().length === 0) return ok(null)
    const steps = await catalog.write(() => plan().map((step) => ({ step, isNew: keepStep(shopId, step) })))
    for (const { step, isNew } of steps) {
      if (step.kind === 'take' || step.kind === 'ask') changed(shopId, step.here.id, isNew)
      else if (step.kind === 'add') onChange(shopId, isNew)
      else {
        const told = await tell(shopId, client, step, signal)
        if (!told.ok) return told
      }
    }
    return ok(null)
  }

  const keepStep = (shopId: string, step: JoiningStep): boolean => {
    if (step.kind === 'take') return share(step.here, step.theirs)
    if (step.kind === 'add') return share({ id: context.newId(), shopId }, step.theirs)
    if (step.kind === 'ask') shops.askTemplate(step.here.id, step.theirs)
    return false
  }

  const tell = async (
    shopId: string,
    client: TemplateClient,
    step: Extract<JoiningStep, { kind: 'send' | 'resend' }>,
    signal: AbortSignal,
  ): Promise<Result<null>> => {
    const { here } = step
    const content = contentOf(here, placeOf(shopId))
    const { sharedId: id } = here
    if (step.kind === 'resend') {
      const resent = { kind: 'template', ...content, id, revision: here.revision } as const
      const taken = await client.sendResent(context.newId(), [resent], signal)
      return taken.ok ? ok(null) : taken
    }
    const sent = await client.putTemplate(id, { ...content, revision: step.revision }, signal)
    if (!sent.ok && sent.failure.code !== 'backend-rejected') return sent
    if (!sent.ok || !sent.value.isKept) {
      log.warn('the template is not taken', { template: here.name, code: sent.ok ? 'taken' : sent.failure.code })
      return ok(null)
    }
    const now = shops.template(here.id)
    // Changed here meanwhile, it is compared anew.
    if (now !== null && hasSameRules(now, here)) await keep(here, sent.value.current)
    return ok(null)
  }

  const client = async (shopId: string) => {
    const found = await recordClient(context, access, shopId)
    return found.ok ? found : fail(readOnly(found.failure))
  }

  const read = async (shopId: string): Promise<Result<null>> => {
    const found = await client(shopId)
    if (!found.ok) return found
    const joined = await join(shopId, found.value, AbortSignal.timeout(PATIENCE_MS))
    return joined.ok ? joined : fail(readOnly(joined.failure))
  }

  /** Nothing was known of it here when it was read a moment ago, or it was so. */
  const put = async (
    here: Pick<KnownTemplate, 'id' | 'shopId' | 'sharedId' | 'revision'>,
    template: Parameters<typeof contentOf>[0],
  ): Promise<Result<PutAnswer>> => {
    const found = await client(here.shopId)
    if (!found.ok) return found
    const sent = { ...contentOf(template, placeOf(here.shopId)), revision: here.revision }
    const answer = await found.value.putTemplate(here.sharedId, sent, AbortSignal.timeout(PATIENCE_MS))
    if (!answer.ok) return fail(readOnly(answer.failure))
    const { current } = answer.value
    return current.id === here.sharedId ? answer : fail(exists(current.name))
  }

  const saveHere = async ({ seen: _, ...template }: SavedTemplate): Promise<void> => {
    const { id, shopId } = template
    const isNew = shops.template(id) === null
    await catalog.write(() => {
      shops.saveTemplate(template)
      if (isNew) learn(template, true)
    })
    changed(shopId, id, isNew)
  }

  return {
    join,
    async read(shopId) {
      const shop = shops.shop(shopId)
      return shop === null || keepsRecordsHere(shop) ? ok(null) : read(shopId)
    },
    async save({ seen, code, ...template }) {
      const { id, shopId, name } = template
      const shop = shops.shop(shopId)
      if (shop === null) return fail(failure('configuration', { says: 'no-shop' }))
      const before = shops.template(id)
      const isTeams = !keepsRecordsHere(shop)
      const answered = isTeams ? await read(shopId) : ok(null)
      const known = shops.templates(shopId)
      const isShared = isTeams && known.some(({ revision }) => revision > 0)
      if (!answered.ok && isShared) return answered
      const here = known.find((one) => one.id === id)
      const alike = known.find(
        (one) => one.id !== id && (one.name === name || (here === undefined && one.code === code)),
      )
      if (alike !== undefined) {
        const isIt = isShared && here === undefined && hasSameRules(alike, template)
        return isIt ? ok({ templateId: alike.id }) : fail(exists(alike.name))
      }
      const isUnsettled = here !== undefined && (here.theirs !== null || here.revision === 0)
      if (!isShared || isUnsettled) {
        await saveHere({ ...template, code })
        if (isTeams && answered.ok) await read(shopId)
        return ok({ templateId: id })
      }
      const isSeen = here === undefined || (seen ?? before?.revision) === here.revision
      if (!isSeen && !hasSameRules(here, template)) return fail(failure('template-changed'))
      const names = here ?? { ...shops.newNames(shopId, code ?? name), placeId: null }
      const answer = await put({ id, shopId, sharedId: id, revision: 0, ...here }, { ...names, ...template })
      if (!answer.ok) return answer
      await keep(template, answer.value.current)
      return answer.value.isKept ? ok({ templateId: id }) : fail(failure('template-changed'))
    },
    async settle(templateId, kept) {
      const here = shops.template(templateId)
      const theirs = here?.theirs
      if (here === null || theirs == null) return ok(null)
      const isHalfSent = catalog.items.resumable(templateId).length > 0
      if (here.folder !== theirs.folder && isHalfSent) return fail(failure('conflict'))
      if (kept === 'shop') {
        await keep(here, theirs)
        return ok(null)
      }
      const { code, folder, placeId, id: sharedId, revision } = theirs
      const answer = await put({ ...here, sharedId, revision }, { ...here, code, folder, placeId })
      if (!answer.ok) return answer
      const { isKept, current } = answer.value
      if (isKept) {
        await keep(here, current)
        return ok(null)
      }
      await catalog.write(() => shops.askTemplate(templateId, current))
      onChange(here.shopId, false)
      return fail(failure('template-changed'))
    },
  }
}

function exists(name: string): Failure {
  return failure('configuration', { says: 'template-exists', name })
}

/** What a person has to mend first is said as it is. */
function readOnly(why: Failure): Failure {
  return waitsForSomebody(why.code) || why.code === 'backend-rejected' ? why : failure('templates-read-only')
}
