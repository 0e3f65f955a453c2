import { posix } from 'node:path'
import { PART_NAMINGS, type PartNaming } from '../../../shared/domain/nas-facts.ts'

const ENDS: Readonly<Record<PartNaming, readonly [start: string, end: string]>> = {
  hidden: ['.galley-', '.part'],
  plain: ['galley-', '.part'],
  picture: ['galley-', '.part.png'],
}
const PART = /^\.?galley-(.+)-(\d+)\.part(?:\.png)?$/

/** The temporary name of an attempt: in the final folder, so that the rename moves no bytes, and clearly ours. */
export function partPath(remoteDir: string, itemId: string, attempt: number, naming: PartNaming): string {
  const [start, end] = ENDS[naming]
  return posix.join(remoteDir, `${start}${itemId}-${attempt}${end}`)
}

/** Whatever the folder's temporary files were called when it was made. */
export function everyPartPath(remoteDir: string, itemId: string, attempt: number): readonly string[] {
  return PART_NAMINGS.map((naming) => partPath(remoteDir, itemId, attempt, naming))
}

/** Whose temporary file is it? Null for names that are none of ours. */
export function partOf(fileName: string): { readonly itemId: string; readonly attempt: number } | null {
  const [, itemId, attempt] = PART.exec(fileName) ?? []
  return itemId === undefined ? null : { itemId, attempt: Number(attempt) }
}
