import type { Said } from './detail.ts'

/** The folder at the root of a place, in which a folder named by its id says which place it is, whatever name and path
 *  lead there. Nobody removes or renames one. */
export const PLACE_FOLDER = '.galley-place'

/** What is said of a folder that is another place, or none. */
export function otherPlace(root: string, id: string | null): Said {
  return { says: 'place-mark', root, mark: PLACE_FOLDER, id }
}

/** A path as it reads from the root; null of what does not lie below it, or may lead out of it again. */
export function pathBelow(root: string, path: string): string | null {
  const start = root.endsWith('/') ? root : `${root}/`
  const below = path.slice(start.length)
  return path.startsWith(start) && staysBelow(below) ? below : null
}

/** The other way round. */
export function pathAt(root: string, below: string): string {
  return root.endsWith('/') ? `${root}${below}` : `${root}/${below}`
}

/** A path below a root that leads nowhere else, whoever says it. */
export function staysBelow(path: string): boolean {
  return path.split('/').every((part) => !['', '.', '..'].includes(part))
}
