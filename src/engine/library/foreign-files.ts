import { posix } from 'node:path'
import type { NasFolder } from '../../shared/domain/nas-folder.ts'
import { remoteDir } from '../../shared/domain/remote-name.ts'
import type { Catalog } from '../catalog/open-catalog.ts'

/** Temporary names, and what a replaced file was renamed to. */
const OWN_NAME = /^\.?galley-/

/** Is it a file that Galley called so for a while, and no design? */
export function isOwnName(fileName: string): boolean {
  return OWN_NAME.test(fileName)
}

/** The names of files that Galley did not store, in the folder of one of the shop's templates below `root`; null of any
 *  other folder, where none of its files are to be expected. */
export function foreignFiles(
  { shops, designs }: Pick<Catalog, 'shops' | 'designs'>,
  shopId: string,
  root: string,
  { path, entries }: NasFolder,
): readonly string[] | null {
  const template = shops.templates(shopId).find((one) => remoteDir(root, one) === path)
  if (template === undefined) return null
  const names = entries.filter(({ kind }) => kind === 'file').map(({ name }) => name)
  const pathOf = (name: string): string => posix.join(path, name)
  const stored = new Set(designs.storedAmong(template.id, names.map(pathOf)))
  return names.filter((name) => !isOwnName(name) && !stored.has(pathOf(name)))
}
