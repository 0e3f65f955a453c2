export interface JournalEntry {
  readonly api: string
  readonly data: unknown
}

/** What the app asked of the desktop that a test cannot see in the page: notices, tray menus, progress bars. Tests read
 *  it as `globalThis.__standin.journal` in the main process. */
export interface Journal {
  readonly entries: JournalEntry[]
  add(api: string, data?: unknown): void
}

export function createJournal(): Journal {
  const entries: JournalEntry[] = []
  return { entries, add: (api, data) => void entries.push({ api, data }) }
}
