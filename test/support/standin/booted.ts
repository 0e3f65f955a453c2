import type { StandinElectron } from './create-electron.ts'
import type { Journal } from './journal.ts'

/** What the executable hands to the module that the app imports, and to tests. */
export interface Standin {
  readonly electron: StandinElectron
  readonly journal: Journal
}

declare global {
  // Tests of the app read the journal here.
  var __standin: Standin | undefined
}

export function booted(): Standin {
  if (globalThis.__standin === undefined) throw new Error('electron stand-in: not started by its executable')
  return globalThis.__standin
}
