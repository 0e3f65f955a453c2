import { readdirSync } from 'node:fs'
import { join } from 'node:path'

/** All TypeScript files below a folder, sorted. */
export function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file))
    .sort()
    .map((file) => join(folder, file))
}

export function isTest(file: string): boolean {
  return /\.test\.tsx?$/.test(file)
}
