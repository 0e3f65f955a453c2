import { isSaid } from '../shared/domain/detail.ts'
import { describeDetail } from '../shared/texts/details-en.ts'

/** One JSON object a line, on standard output. A failure's particulars stand in it in English. */
export function printJson(value: object): void {
  process.stdout.write(`${JSON.stringify(value, (_key, part) => (isSaid(part) ? describeDetail(part) : part))}\n`)
}
