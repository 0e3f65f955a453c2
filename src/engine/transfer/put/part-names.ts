import { createHash } from 'node:crypto'
import { posix } from 'node:path'
import { PART_NAMINGS, type PartNaming } from '../../../shared/domain/nas-facts.ts'

/** What stands around a name of ours. */
const AROUND: Readonly<Record<PartNaming, readonly [start: string, end: string]>> = {
  hidden: ['.galley-', ''],
  plain: ['galley-', ''],
  picture: ['galley-', '.png'],
}
const KEPT = /^\.?galley-(.+)\.old(?:\.png)?$/
const WITHDRAWN = /^\.?galley-removed-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})-/
const PART = /^\.?galley-(.+)-(\d+)\.part(?:\.png)?$/

/** There are NASes that take no longer names than 143 bytes. */
const SHOWN_CHARACTERS = 60

/** The temporary name of an attempt: in the final folder, so that the rename moves no bytes, and clearly ours. */
export function partPath(remoteDir: string, itemId: string, attempt: number, naming: PartNaming): string {
  return ownPath(remoteDir, `${itemId}-${attempt}.part`, naming)
}

function ownPath(remoteDir: string, name: string, naming: PartNaming): string {
  const [start, end] = AROUND[naming]
  return posix.join(remoteDir, `${start}${name}${end}`)
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

/** The name under which the file that an item replaced is kept, in its folder, so that it moves no bytes. */
export function keptPath(remoteDir: string, itemId: string, naming: PartNaming): string {
  return ownPath(remoteDir, `${itemId}.old`, naming)
}

/** By which item was the file replaced that is kept under this name? Null for names that are none of ours. */
export function keptOf(fileName: string): string | null {
  return KEPT.exec(fileName)?.[1] ?? null
}

/** The name under which a design's withdrawn file is kept, in its folder: whose it is, and what it was called, of a long name
 *  the end. */
export function withdrawnPath(path: string, designId: string, naming: PartNaming): string {
  const fileName = [...posix.basename(path)].slice(-SHOWN_CHARACTERS).join('')
  return ownPath(posix.dirname(path), `removed-${designId}-${fileName}`, naming)
}

/** Which design's withdrawn file is kept under this name? Null for names that are none of ours. */
export function withdrawnOf(fileName: string): string | null {
  return WITHDRAWN.exec(fileName)?.[1] ?? null
}

/** Another name for an item's kept file, for the moment of an exchange: that of an attempt that never is. */
export function sparePath(kept: string): string {
  return posix.join(posix.dirname(kept), posix.basename(kept).replace('.old', '-0.part'))
}

/** The folder that guards a name while it is taken, the same for everybody. It is called as the temporary file of an item
 *  that never is, so that one that a crash left is swept as those are. */
export function guardPath(path: string, naming: PartNaming): string {
  const digest = createHash('sha256').update(posix.basename(path)).digest('hex')
  const id = [...digest.matchAll(/^(.{8})(.{4})(.{4})(.{4})(.{12})/g)].flatMap(([, ...parts]) => parts).join('-')
  return partPath(posix.dirname(path), id, 1, naming)
}
