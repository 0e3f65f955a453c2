import type { BenchRow } from './row.ts'

const COLUMNS = ['bench', 'case', 'metric', 'value', 'unit', 'against', 'target', 'met'] as const

/** The rows as an aligned table, the reasons of what was not judged below it. */
export function formatTable(rows: readonly BenchRow[]): string {
  const cells = rows.map((row) => [
    row.bench,
    row.case,
    row.metric,
    formatValue(row.value),
    row.unit,
    row.baseline ?? '',
    row.target ?? '',
    row.target === null ? '' : row.met === null ? 'not judged' : row.met ? 'yes' : 'NO',
  ])
  const widths = COLUMNS.map((name, i) => Math.max(name.length, ...cells.map((line) => line[i]?.length ?? 0)))
  const format = (line: readonly string[]): string =>
    line
      .map((cell, i) => (COLUMNS[i] === 'value' ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
      .join('  ')
      .trimEnd()
  const reasons = rows.flatMap((row) => (row.why === undefined ? [] : [`${row.case}, ${row.metric}: ${row.why}`]))
  return [format(COLUMNS), ...cells.map(format), ...reasons].join('\n')
}

/** Three significant digits, but never fewer than the whole part has. */
function formatValue(value: number): string {
  if (!Number.isFinite(value)) return String(value)
  return Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)))
}
