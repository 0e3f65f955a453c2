import { join } from 'node:path'

/** The thumbnail of an item, or of the design that it became. */
export function thumbnailFile(folder: string, id: string): string {
  return join(folder, `${id}.thumb`)
}

/** The small one, which its record tells of. */
export function smallThumbnailFile(folder: string, id: string): string {
  return join(folder, `${id}.small`)
}
