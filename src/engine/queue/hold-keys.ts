import type { FailureRule } from '../../shared/domain/failure-rule.ts'
import type { Item } from '../../shared/domain/item.ts'
import type { Stage } from '../../shared/domain/stages.ts'

/** What is held: everything that needs a shop's NAS or its backend, a template's folder on the NAS, the sweeping of a
 *  NAS, what must be read after a rebuild, one item until its next attempt, one kind of worker, the making of print
 *  files, the index's growing, or all that is to be written on this computer. */
export type HoldKey =
  | `nas:${string}`
  | `folder:${string}`
  | `backend:${string}`
  | `sweep:${string}`
  | `catch-up:${string}`
  | `item:${string}`
  | `worker:${'imaging' | 'transfer'}`
  | 'prepare'
  | 'index'
  | 'local'

/** Where work belongs: what all items of a batch have in common. */
export type Place = Pick<Item, 'shopId' | 'templateId'>

/** What the work of a stage needs, beside the item's own turn; none for a stage that waits for no hold. The first that
 *  is held is the reason that a person reads. */
export function holdKeysAt(stage: Stage, { shopId, templateId }: Place): readonly HoldKey[] {
  switch (stage) {
    case 'accepted':
      return ['worker:imaging']
    case 'matching':
      return [`catch-up:${shopId}`, 'index']
    case 'ready':
      return ['prepare', 'worker:imaging']
    case 'waiting':
      return [`catch-up:${shopId}`, 'worker:transfer', `nas:${shopId}`, `folder:${templateId}`]
    case 'stored':
    case 'recording':
      return [`backend:${shopId}`]
    default:
      return []
  }
}

/** What an upload's failure holds beside its item; null where it stops only that. */
export function holdKeyOf(rule: FailureRule, { shopId, templateId }: Place): HoldKey | null {
  switch (rule.class === 'hold' ? rule.holds : null) {
    case 'nas':
      return `nas:${shopId}`
    case 'folder':
      return `folder:${templateId}`
    case 'worker':
      return 'worker:transfer'
    default:
      return null
  }
}

/** All that may hold a shop: lifted when somebody changes it, or asks for another try. */
export function holdKeysOfShop(shopId: string, templates: readonly { readonly id: string }[]): readonly HoldKey[] {
  const folders = templates.map(({ id }) => `folder:${id}` as const)
  return [`nas:${shopId}`, ...folders, `backend:${shopId}`, `sweep:${shopId}`, `catch-up:${shopId}`]
}
