import type { Database } from 'better-sqlite3'
import { statementsOf } from './statements.ts'

/** The numbers of a template's files: the lowest free one is taken, so that there are no gaps at rest. Where a service leases
 *  them, those are free that it leased; while it is away, what follows them is taken as well. */
export function createNumbers(database: Database) {
  const { run, set, count, values, has } = statementsOf(database)
  const lowestFree = count<[templateId: string]>(
    `SELECT min(number) FROM numbers WHERE template_id = ? AND state = 'free'`,
  )
  const next = count<[templateId: string]>('SELECT next_number FROM templates WHERE id = ?')
  const setNext = set<number>('templates', 'next_number')
  const isTaken = has<[templateId: string, number: number]>(
    'SELECT 1 FROM numbers WHERE template_id = ? AND number = ?',
  )
  const mark = (state: 'used' | 'foreign' | 'reserved') =>
    run<[templateId: string, number: number]>(
      `INSERT INTO numbers VALUES (?, ?, '${state}') ON CONFLICT DO UPDATE SET state = '${state}'`,
    )
  const markReserved = mark('reserved')
  const markUsedElsewhere = run<[of: { templateId: string; first: number; last: number }]>(
    `WITH RECURSIVE range (number) AS (SELECT @first UNION ALL SELECT number + 1 FROM range WHERE number < @last)
     INSERT INTO numbers SELECT @templateId, number, 'used' FROM range WHERE TRUE
     ON CONFLICT DO UPDATE SET state = 'used' WHERE state = 'free'`,
  )
  const grant = run<[of: { templateId: string; first: number; last: number }]>(
    `WITH RECURSIVE range (number) AS (SELECT @first UNION ALL SELECT number + 1 FROM range WHERE number < @last)
     INSERT INTO numbers SELECT @templateId, number, 'free' FROM range WHERE TRUE ON CONFLICT DO NOTHING`,
  )
  const inState = (state: 'free' | 'reserved') =>
    values<[templateId: string], number>(
      `SELECT number FROM numbers WHERE template_id = ? AND state = '${state}' ORDER BY number`,
    )
  const spare = inState('free')
  const reserved = inState('reserved')
  const forget = run<[templateId: string, first: number, last: number]>(
    `DELETE FROM numbers WHERE template_id = ? AND number BETWEEN ? AND ? AND state = 'free'`,
  )

  return {
    /** Takes the lowest free number. Inside a write transaction, with the item that is to have it. */
    reserve(templateId: string): number {
      let number = lowestFree(templateId)
      if (number === 0) {
        number = Math.max(1, next(templateId))
        while (isTaken(templateId, number)) number += 1
        setNext(templateId, number + 1)
      }
      markReserved(templateId, number)
      return number
    },
    /** The number's file stands on the NAS. */
    markUsed: mark('used'),
    /** Files that are none of this computer's have the numbers from one to another. One reserved here stays so: its rename
     *  will tell. */
    markUsedElsewhere: (templateId: string, first: number, last = first): void =>
      markUsedElsewhere({ templateId, first, last }),
    /** A file that is not ours stands under the number: it is never taken again. */
    markForeign: mark('foreign'),
    /** The service leased the numbers from one to another: those that are not given here are free. */
    grant: (templateId: string, first: number, last: number): void => grant({ templateId, first, last }),
    /** Those that no item has. */
    spare,
    /** This workstation's: to be given, or given to items that are not stored yet. */
    held: (templateId: string): number[] => [...spare(templateId), ...reserved(templateId)],
    /** Of the numbers from one to another, those that files have. */
    ofFiles: values<[templateId: string, first: number, last: number], number>(
      `SELECT number FROM numbers WHERE template_id = ? AND number BETWEEN ? AND ? AND state IN ('used', 'foreign')`,
    ),
    /** Those of them that no item has are another workstation's. */
    forget,
    /** Those that no item has are not this workstation's any more, and taken only while the service is away. */
    giveBack(templateId: string): void {
      const [lowest] = spare(templateId)
      if (lowest === undefined) return
      setNext(templateId, Math.min(next(templateId), lowest))
      forget(templateId, lowest, Number.MAX_SAFE_INTEGER)
    },
    /** It is proven that nothing was stored under the number that was reserved; one that a file has stays that file's. */
    free: run<[templateId: string, number: number]>(
      `UPDATE numbers SET state = 'free' WHERE template_id = ? AND number = ? AND state = 'reserved'`,
    ),
  }
}
