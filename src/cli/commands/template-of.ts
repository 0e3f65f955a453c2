import type { ShopSetup } from '../../shared/ipc/engine.ts'
import { usageError } from '../cli-error.ts'

/** The template of that name, or the only one of the shop. */
export function templateOf({ templates }: ShopSetup, name: string | undefined): ShopSetup['templates'][number] {
  const found = name === undefined && templates.length === 1 ? templates[0] : templates.find((one) => one.name === name)
  if (found !== undefined) return found
  throw usageError(`Give --template; there are: ${templates.map((one) => one.name).join(', ')}.`)
}
