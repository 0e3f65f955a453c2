import { expect, test } from 'vitest'
import type { ReceiptLine } from './batch.ts'
import { formatReceipt } from './receipt.ts'

const line: ReceiptLine = {
  fileName: 'cup.png',
  sourcePath: '/drop/cup.png',
  sizeBytes: 5,
  sha256: 'ab',
  outcome: 'done',
  reason: '',
  remotePath: '/nas/cup.png',
  recordId: null,
  verifiedBy: 'size',
  durable: true,
  mayCollide: false,
  warnings: ['low-dpi', 'opaque'],
}

test('CSV has one row a file and quotes what would break a row', () => {
  const csv = formatReceipt([{ ...line, fileName: 'a "b",\nc.png' }], 'csv')
  expect(csv).toBe(
    'fileName,sourcePath,sizeBytes,sha256,outcome,reason,remotePath,recordId,verifiedBy,durable,mayCollide,warnings\r\n' +
      '"a ""b"",\nc.png",/drop/cup.png,5,ab,done,,/nas/cup.png,,size,true,false,low-dpi opaque\r\n',
  )
})

test('a file name that starts like a formula does not run in a spreadsheet', () => {
  for (const fileName of ['=HYPERLINK(1)', '+1', '-1', '@SUM', '\tx']) {
    expect(formatReceipt([{ ...line, fileName }], 'csv').split('\r\n')[1]).toMatch(/^'/)
  }
})

test('JSON gives back the lines', () => {
  expect(JSON.parse(formatReceipt([line], 'json'))).toEqual([line])
})
