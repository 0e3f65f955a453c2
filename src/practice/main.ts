// The practice shop from the terminal: prints where its NAS and backend are as one JSON line, and runs until stopped. With
// a channel to the process that started it, it ends when that one is gone, however it ended.
import { parseArgs } from 'node:util'
import { describeFailure } from '../shared/domain/failure.ts'
import { startPracticeShop } from './shop.ts'

/** Listened for from the first moment: whoever started this may be gone before it is ready. */
const orphaned = new Promise<void>((resolve) => {
  if (process.send === undefined) return
  process.once('disconnect', resolve)
  if (!process.connected) resolve()
})

const { values } = parseArgs({ options: { 'data-dir': { type: 'string' } } })
const folder = values['data-dir']
if (folder === undefined) end('Which folder? Give --data-dir FOLDER.')

const started = await startPracticeShop({
  folder,
  entryUrl: import.meta.url,
  makesMockups: true,
  onFault: (error) => console.error(error),
})
if (!started.ok) end(describeFailure(started.failure))
const shop = started.value
console.log(JSON.stringify(shop.place))
const stop = () => void shop.close()
process.once('SIGINT', stop)
process.once('SIGTERM', stop)
void orphaned.then(stop)
const reason = await shop.lost
if (reason !== null) end(`The database ended: ${reason}`)
if (process.connected) process.disconnect()

function end(line: string): never {
  console.error(line)
  process.exit(1)
}
