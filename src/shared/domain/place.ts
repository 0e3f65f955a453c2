import type { Said } from './detail.ts'

/** The file at the root of a place that says which one it is, whatever name and path lead there. Whoever makes it never
 *  replaces one; nobody changes it. */
export const PLACE_FILE = '.galley-place.json'

/** What is said of a folder that is another place, or none. */
export function otherPlace(root: string, id: string | null): Said {
  return { says: 'place-file', root, file: PLACE_FILE, id }
}

/** A path as it reads from the root; null of what does not lie below it. */
export function pathBelow(root: string, path: string): string | null {
  const start = root.endsWith('/') ? root : `${root}/`
  return path.startsWith(start) && path.length > start.length ? path.slice(start.length) : null
}

/** The other way round. */
export function pathAt(root: string, below: string): string {
  return root.endsWith('/') ? `${root}${below}` : `${root}/${below}`
}
