import { join } from 'node:path'
import Sqlite from 'better-sqlite3'

// Locks the catalog as another program does that writes to it, says so, and holds on until it is killed, or its test is
// gone. `whole`: as one that keeps the file for itself, which only works while nobody has it open.
const [, , dataDir = '', mode = ''] = process.argv
const database = new Sqlite(join(dataDir, 'catalog.sqlite'))
if (mode === 'whole') {
  database.pragma('locking_mode = EXCLUSIVE')
  database.exec('SELECT key FROM settings')
} else database.exec(`BEGIN ${mode}`)
process.send?.('locked')
// Kept in use: a lock that nobody refers to is dropped with the next garbage.
setInterval(() => database.open, 1000)
process.on('disconnect', () => process.exit())
