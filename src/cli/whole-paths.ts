import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { usageError } from './cli-error.ts'

/** The paths of a command line, absolute: the engine's folder need not be the terminal's. All must be there. */
export function wholePaths(paths: readonly string[]): string[] {
  const missing = paths.filter((path) => !existsSync(path))
  if (missing.length > 0) throw usageError(`There is no ${missing.join(', no ')}`)
  return paths.map((path) => resolve(path))
}
