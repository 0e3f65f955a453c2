import type { Database } from 'better-sqlite3'
import type { Rebuilt } from '../../shared/domain/rebuilt.ts'
import { type Timetable, timetableSchema } from '../../shared/domain/speed-limit.ts'
import { statementsOf } from './statements.ts'

/** Few small values of the engine itself. */
export function createSettings(database: Database) {
  const { run, value } = statementsOf(database)
  const read = value<[key: string], string>('SELECT value FROM settings WHERE key = ?')
  const put = run<[key: string, value: string]>(
    'INSERT INTO settings VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
  )
  return {
    /** What services know this data folder by; null before the first question. */
    workstation: (): string | null => read('workstation'),
    setWorkstation: (id: string): void => put('workstation', id),
    isPausedAll: (): boolean => read('paused-all') === 'yes',
    /** What this catalog was rebuilt from, the last time that it was. */
    rebuilt: (): Rebuilt | null => JSON.parse(read('rebuilt') ?? 'null'),
    /** Has a person read of it? */
    isRebuiltSeen: (): boolean => read('rebuilt-seen') === 'yes',
    setRebuilt(rebuilt: Rebuilt): void {
      put('rebuilt', JSON.stringify(rebuilt))
      put('rebuilt-seen', 'no')
    },
    setRebuiltSeen: (): void => put('rebuilt-seen', 'yes'),
    /** Where records of this computer went whose folder did not open, until a person has read it. */
    recordsKeptIn: (): string | null => JSON.parse(read('records-kept-in') ?? 'null'),
    setRecordsKeptIn: (folder: string | null): void => put('records-kept-in', JSON.stringify(folder)),
    setPausedAll: (paused: boolean): void => put('paused-all', paused ? 'yes' : 'no'),
    timetable: (): Timetable => timetableSchema.parse(JSON.parse(read('timetable') ?? '[]')),
    setTimetable: (timetable: Timetable): void => put('timetable', JSON.stringify(timetable)),
  }
}
