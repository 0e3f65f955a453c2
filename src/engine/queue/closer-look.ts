import { access } from 'node:fs/promises'
import { type Fingerprint, type PictureSize, sizeOf } from '../../shared/domain/picture.ts'
import type { Imaging } from '../intake/examine-all.ts'
import type { Thumbnails } from '../records/thumbnails.ts'
import { smallThumbnailFile, thumbnailFile } from '../thumbnail-files.ts'

/** The most by which two pictures may differ anywhere and still show the same: re-exports without loss differ by less, and a
 *  name, a year or a digit that is another by more (ADR 36). */
const MOST_DIFFERENT = 0.45

/** A picture of which a small thumbnail may be here. */
export interface Looked {
  readonly id: string
  readonly size: PictureSize | null
}

/** Of designs that are near a picture, those that show the same and have at least as many pixels: of these it prints no
 *  better, so that a policy may skip it unasked. What cannot be looked at is not among them. */
export type CloserLook = (picture: Looked, near: readonly Looked[]) => Promise<ReadonlySet<string>>

/** Looks at small thumbnails: of this computer's `folders`, else as the shop's service has them. */
export function createCloserLook(
  imaging: Imaging,
  thumbnails: Pick<Thumbnails, 'fetch'>,
  ...folders: readonly string[]
): CloserLook {
  const fileOf = async (id: string): Promise<string | null> => {
    for (const path of folders.flatMap((folder) => [smallThumbnailFile(folder, id), thumbnailFile(folder, id)])) {
      const isHere = await access(path).then(
        () => true,
        () => false,
      )
      if (isHere) return path
    }
    const fetched = await thumbnails.fetch(id)
    return fetched.ok ? fetched.value : null
  }

  return async (picture, near) => {
    const same = new Set<string>()
    const first = near.length === 0 ? null : await fileOf(picture.id)
    if (first === null) return same
    for (const known of near) {
      if (!printsNoBetter(picture, known)) continue
      const second = await fileOf(known.id)
      const difference = second === null ? null : await imaging.call('largestDifference', { first, second })
      if (difference?.ok && difference.value !== null && difference.value <= MOST_DIFFERENT) same.add(known.id)
    }
    return same
  }
}

/** Of a picture as matching knows it. */
export function looked(id: string, { pixels }: Fingerprint): Looked {
  return { id, size: sizeOf(pixels?.place ?? null) }
}

function printsNoBetter(picture: Looked, known: Looked): boolean {
  if (picture.size === null || known.size === null) return false
  return picture.size.width * picture.size.height <= known.size.width * known.size.height
}
