import { isAlikeTemplate, isSamePlace, type ShopTemplate, type TemplateContent } from '../api/templates.ts'
import { cleanPart } from './remote-name.ts'
import type { Shop, Template, TemplateRules } from './shop.ts'

/** A template as this workstation has it, and how it stands with the shop's. */
export interface KnownTemplate extends Template {
  /** What records, claims and file names call it: as it was when it was made. */
  readonly code: string
  /** Of its files, below the root of the NAS: as it was when it was made. */
  readonly folder: string
  /** Its id in the shop. */
  readonly sharedId: string
  /** Of the shop's that it is as; 0: the shop's service has not taken it. */
  readonly revision: number
  /** The shop's place in which it lies, where the shop knows that. */
  readonly placeId: string | null
  /** The shop's of this name, code or folder, which is not as this one: a person says which holds. */
  readonly theirs: ShopTemplate | null
}

/** Which holds where a template here is not as the shop's. */
export const KEPT_TEMPLATES = ['shop', 'mine'] as const
export type KeptTemplate = (typeof KEPT_TEMPLATES)[number]

/** The folder of a new template's files, below the root of the NAS. */
export function folderFor(shop: Pick<Shop, 'name'>, code: string): string {
  return `${cleanPart(shop.name)}/${cleanPart(code)}`
}

/** What a person may change of it. */
export function rulesOf(template: TemplateRules): TemplateRules {
  const { name, widthInches, heightInches, dpi, fit, preparation, namePattern } = template
  return {
    name,
    widthInches,
    heightInches,
    dpi,
    fit,
    ...(preparation === undefined ? {} : { preparation }),
    namePattern,
  }
}

/** As the shop's service is told of it; `placeId`: where the shop does not know its place yet. */
export function contentOf(
  template: TemplateRules & Pick<KnownTemplate, 'code' | 'folder' | 'placeId'>,
  placeId: string | null,
): TemplateContent {
  const { code, folder } = template
  return { ...rulesOf(template), code, folder, placeId: template.placeId ?? placeId }
}

/** Do both say the same to a person? */
export function hasSameRules(one: TemplateRules, other: TemplateRules): boolean {
  return JSON.stringify(rulesOf(one)) === JSON.stringify(rulesOf(other))
}

/** What is to be done about one of the templates, for the shop and this workstation to have the same. */
export type JoiningStep =
  /** Here it is to be as the shop has it. */
  | { readonly kind: 'take'; readonly here: KnownTemplate; readonly theirs: ShopTemplate }
  /** A person is to be asked which holds. */
  | { readonly kind: 'ask'; readonly here: KnownTemplate; readonly theirs: ShopTemplate }
  /** It is new here. */
  | { readonly kind: 'add'; readonly theirs: ShopTemplate }
  /** The shop has none such, or does not know its place. */
  | { readonly kind: 'send'; readonly here: KnownTemplate; readonly revision: number }
  /** The shop's service has lost it. */
  | { readonly kind: 'resend'; readonly here: KnownTemplate }

/** Compares all templates here with the shop's. `placeId`: where they lie, as far as that was proven. */
export function joinTemplates(
  known: readonly KnownTemplate[],
  shops: readonly ShopTemplate[],
  placeId: string | null,
): JoiningStep[] {
  const left = new Map(shops.map((one) => [one.id, one]))
  const named = known.map((here) => {
    const theirs = left.get(here.sharedId)
    left.delete(here.sharedId)
    return { here, theirs }
  })
  const steps = named.flatMap(({ here, theirs: same }): JoiningStep[] => {
    const content = contentOf(here, placeId)
    const theirs = same ?? [...left.values()].find((one) => isAlikeTemplate(one, content))
    if (theirs === undefined)
      return [here.revision === 0 ? { kind: 'send', here, revision: 0 } : { kind: 'resend', here }]
    left.delete(theirs.id)
    if (same !== undefined && same.revision < here.revision) return [{ kind: 'resend', here }]
    const isThere = same !== undefined || isSamePlace(theirs, content)
    const isEqual = hasSameRules(theirs, here) && theirs.folder === here.folder && isThere
    if (!isEqual && (same === undefined || here.revision === 0)) {
      return isAsked(here, theirs) ? [] : [{ kind: 'ask', here, theirs }]
    }
    const { id: sharedId, revision, placeId: at } = theirs
    const isSo = here.sharedId === sharedId && here.revision === revision && here.placeId === at && here.theirs === null
    if (!isEqual || !isSo) return [{ kind: 'take', here, theirs }]
    return at === null && placeId !== null ? [{ kind: 'send', here, revision: here.revision }] : []
  })
  return [...steps, ...[...left.values()].map((theirs) => ({ kind: 'add', theirs }) as const)]
}

function isAsked({ theirs: asked }: KnownTemplate, theirs: ShopTemplate): boolean {
  return JSON.stringify(asked) === JSON.stringify(theirs)
}
