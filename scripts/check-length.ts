import { readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { sourceFiles } from './source-files.ts'

export const MAX_LINES = 400

/** The files that are too long to be read in one go. */
export function findLongFiles(root: string): string[] {
  return ['src', 'test', 'scripts']
    .flatMap((folder) => sourceFiles(join(root, folder)))
    .map((file) => ({ file, lines: readFileSync(file, 'utf8').split('\n').length - 1 }))
    .filter(({ lines }) => lines > MAX_LINES)
    .map(({ file, lines }) => `${relative(root, file)}: ${lines} lines; ${MAX_LINES} is the limit`)
}
