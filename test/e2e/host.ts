import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

export const ROOT = dirname(dirname(import.meta.dirname))

export interface ElectronHost {
  /** What runs the app, for reports. */
  readonly name: string
  /** What the `electron` package must be told to find it. */
  readonly env: Readonly<Record<string, string>>
}

/** Real Electron where its binary is, else the stand-in. */
export function electronHost(): ElectronHost {
  const electron = join(ROOT, 'node_modules', 'electron')
  const pathFile = join(electron, 'path.txt')
  const binary = existsSync(pathFile) ? join(electron, 'dist', readFileSync(pathFile, 'utf8')) : undefined
  if (binary !== undefined && existsSync(binary)) return { name: 'Electron', env: {} }
  const standin = join(ROOT, 'test', 'support', 'standin', 'dist')
  return { name: 'the Electron stand-in', env: { ELECTRON_OVERRIDE_DIST_PATH: standin } }
}
