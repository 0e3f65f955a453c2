import type { Database } from 'better-sqlite3'

/** Few small values of the engine itself. */
export type Settings = ReturnType<typeof createSettings>

export function createSettings(database: Database) {
  const read = database.prepare<[string], string>('SELECT value FROM settings WHERE key = ?').pluck()
  const put = database.prepare('INSERT INTO settings VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value')
  return {
    isPausedAll: (): boolean => read.get('paused-all') === 'yes',
    setPausedAll: (paused: boolean): void => void put.run('paused-all', paused ? 'yes' : 'no'),
  }
}
