import type { ReceiptLine } from './batch.ts'

const COLUMNS = [
  'fileName',
  'sourcePath',
  'sizeBytes',
  'sha256',
  'outcome',
  'reason',
  'remotePath',
  'recordId',
  'verifiedBy',
  'durable',
  'mayCollide',
  'warnings',
] as const satisfies readonly (keyof ReceiptLine)[]

export type ReceiptFormat = 'csv' | 'json'

/** A receipt as a file: JSON is an array of lines, CSV has a header row and CRLF line ends (RFC 4180). */
export function formatReceipt(lines: readonly ReceiptLine[], format: ReceiptFormat): string {
  if (format === 'json') return `${JSON.stringify(lines, null, 2)}\n`
  const rows = lines.map((line) => COLUMNS.map((column) => csvCell(line[column])).join(','))
  return [COLUMNS.join(','), ...rows, ''].join('\r\n')
}

function csvCell(value: ReceiptLine[keyof ReceiptLine]): string {
  if (value === null) return ''
  // A file name that starts like a formula must not run as one in a spreadsheet.
  const text = typeof value === 'string' ? value.replace(/^(?=[=+\-@\t\r])/, "'") : [value].flat().join(' ')
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
