import type { Database } from 'better-sqlite3'
import type { Stage } from '../../shared/domain/stages.ts'
import type { DesignRow } from './designs.ts'
import { statementsOf } from './statements.ts'

export interface DesignCount {
  readonly state: DesignRow['state']
  readonly hashVersion: number
  readonly count: number
}

/** How much there is in the catalog. Each reads a whole table: for a person who asks, not for the work. */
export function createCounts(database: Database) {
  const { rows } = statementsOf(database)
  const items = rows<[], { stage: Stage; count: number }>('SELECT stage, count(*) AS count FROM items GROUP BY stage')
  return {
    designs: rows<[templateId: string], DesignCount>(
      `SELECT state, algorithm_version AS hashVersion, count(*) AS count FROM designs WHERE template_id = ?
       GROUP BY state, algorithm_version ORDER BY algorithm_version`,
    ),
    items: (): Partial<Record<Stage, number>> => Object.fromEntries(items().map(({ stage, count }) => [stage, count])),
  }
}
