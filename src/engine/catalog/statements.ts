import type { Database, Statement } from 'better-sqlite3'

/** Prepares a table's statements as functions of what they are bound to: values in order, or one object of them by name.
 *  Lists are bound as JSON, for `json_each`, and booleans as 1 and 0. */
export function statementsOf(database: Database) {
  const first =
    <P extends unknown[], T>(statement: Statement<unknown[], T>) =>
    (...values: P): T | null =>
      statement.get(...values.map(bindable)) ?? null
  const all =
    <P extends unknown[], T>(statement: Statement<unknown[], T>) =>
    (...values: P): T[] =>
      statement.all(...values.map(bindable))

  return {
    /** Changes rows. */
    run<P extends unknown[] = [named: object]>(sql: string) {
      const statement = database.prepare(sql)
      return (...values: P): void => void statement.run(...values.map(bindable))
    },
    /** Sets a column of the row with that id. */
    set<T>(table: string, column: string) {
      const statement = database.prepare(`UPDATE ${table} SET ${column} = ? WHERE id = ?`)
      return (id: string, value: T): void => void statement.run(bindable(value), id)
    },
    /** The first row; null without one. */
    row: <P extends unknown[], T>(sql: string) => first<P, T>(database.prepare(sql)),
    rows: <P extends unknown[], T>(sql: string) => all<P, T>(database.prepare(sql)),
    /** The only column of the first row; null without one. */
    value: <P extends unknown[], T>(sql: string) => first<P, T>(database.prepare<unknown[], T>(sql).pluck()),
    values: <P extends unknown[], T>(sql: string) => all<P, T>(database.prepare<unknown[], T>(sql).pluck()),
    /** A number that is 0 without a row. */
    count<P extends unknown[]>(sql: string) {
      const counted = first<P, number>(database.prepare<unknown[], number>(sql).pluck())
      return (...values: P): number => counted(...values) ?? 0
    },
    /** Is there a row? */
    has<P extends unknown[]>(sql: string) {
      const found = first<P, unknown>(database.prepare(sql))
      return (...values: P): boolean => found(...values) !== null
    },
  }
}

function bindable(value: unknown): unknown {
  if (typeof value === 'boolean') return Number(value)
  if (Array.isArray(value)) return JSON.stringify(value)
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, bindable(one)]))
}

/** A row as what it stands for; null where none was found. */
export function asRead<Row, T>(row: Row | null, read: (row: Row) => T): T | null {
  return row === null ? null : read(row)
}
