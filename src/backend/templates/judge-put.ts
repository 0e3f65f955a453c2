import { isDeepStrictEqual } from 'node:util'
import {
  isAlikeTemplate,
  isSameFolder,
  type PutTemplate,
  type ShopTemplate,
  type TemplateContent,
} from '../../shared/api/templates.ts'

/** What becomes of a template that a workstation sends. */
export type JudgedPut =
  /** It is so from now on; `isSame`: it was so before. */
  | { readonly kind: 'kept'; readonly template: ShopTemplate; readonly isSame: boolean }
  /** Somebody changed it since that revision. */
  | { readonly kind: 'changed'; readonly current: ShopTemplate }
  /** Another one has its name, code or folder. */
  | { readonly kind: 'taken'; readonly current: ShopTemplate }
  /** Its code or folder would be another. */
  | { readonly kind: 'fixed' }
  /** A revision is changed that the shop does not have. */
  | { readonly kind: 'unknown' }

/** Judges it by all templates of the shop. Sent again, it is the same; its place is learnt once, and no change. */
export function judgePut(
  all: readonly ShopTemplate[],
  id: string,
  { revision: seen, ...sent }: PutTemplate,
): JudgedPut {
  const current = all.find((one) => one.id === id)
  if (current === undefined && seen > 0) return { kind: 'unknown' }
  if (current !== undefined && !(current.code === sent.code && isSameFolder(current, sent))) return { kind: 'fixed' }
  const content = { ...sent, placeId: sent.placeId ?? current?.placeId ?? null }
  const isSame = current !== undefined && isSameContent(current, { ...content, placeId: current.placeId })
  const taken = all.find((one) => one.id !== id && isAlikeTemplate(one, content))
  if (taken !== undefined && !isSame) return { kind: 'taken', current: taken }
  if (current !== undefined && !isSame && current.revision !== seen) return { kind: 'changed', current }
  const revision = (current?.revision ?? 0) + (isSame ? 0 : 1)
  return { kind: 'kept', template: { ...content, id, revision }, isSame: isSame && current.placeId === content.placeId }
}

function isSameContent({ id: _, revision: __, ...one }: ShopTemplate, other: TemplateContent): boolean {
  return isDeepStrictEqual(one, other)
}
