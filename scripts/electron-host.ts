import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

export const ROOT = dirname(import.meta.dirname)
const STANDIN = join(ROOT, 'test', 'support', 'standin', 'dist')

export interface ElectronHost {
  /** What runs the app, for people. */
  readonly name: string
  readonly executable: string
  readonly isReal: boolean
  /** What the `electron` package must be told to find it. */
  readonly env: Readonly<Record<string, string>>
}

export const standinHost: ElectronHost = {
  name: 'the Electron stand-in',
  executable: join(STANDIN, 'electron'),
  isReal: false,
  env: { ELECTRON_OVERRIDE_DIST_PATH: STANDIN },
}

/** Real Electron where its binary is, else the stand-in. */
export function electronHost(): ElectronHost {
  const electron = join(ROOT, 'node_modules', 'electron')
  const pathFile = join(electron, 'path.txt')
  const executable = existsSync(pathFile) ? join(electron, 'dist', readFileSync(pathFile, 'utf8')) : undefined
  if (executable === undefined || !existsSync(executable)) return standinHost
  return { name: 'Electron', executable, isReal: true, env: {} }
}
