/** A row as what it stands for; null where none was found. */
export function asRead<Row, T>(row: Row | null, read: (row: Row) => T): T | null {
  return row === null ? null : read(row)
}
