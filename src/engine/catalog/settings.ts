import type { Database } from 'better-sqlite3'
import type { Rebuilt } from '../../shared/domain/rebuilt.ts'
import { type Timetable, timetableSchema } from '../../shared/domain/speed-limit.ts'

/** Few small values of the engine itself. */
export function createSettings(database: Database) {
  const read = database.prepare<[string], string>('SELECT value FROM settings WHERE key = ?').pluck()
  const put = database.prepare('INSERT INTO settings VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value')
  return {
    isPausedAll: (): boolean => read.get('paused-all') === 'yes',
    /** What this catalog was rebuilt from, the last time that it was. */
    rebuilt: (): Rebuilt | null => JSON.parse(read.get('rebuilt') ?? 'null'),
    /** Has a person read of it? */
    isRebuiltSeen: (): boolean => read.get('rebuilt-seen') === 'yes',
    setRebuilt(rebuilt: Rebuilt): void {
      put.run('rebuilt', JSON.stringify(rebuilt))
      put.run('rebuilt-seen', 'no')
    },
    setRebuiltSeen: (): void => void put.run('rebuilt-seen', 'yes'),
    setPausedAll: (paused: boolean): void => void put.run('paused-all', paused ? 'yes' : 'no'),
    timetable: (): Timetable => timetableSchema.parse(JSON.parse(read.get('timetable') ?? '[]')),
    setTimetable: (timetable: Timetable): void => void put.run('timetable', JSON.stringify(timetable)),
  }
}
