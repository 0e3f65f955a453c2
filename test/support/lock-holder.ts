import { lockDataFolder } from '../../src/data-folder/lock.ts'

// Locks the folder that it is given, says whether it could, and holds on until it is killed, or its test is gone.
const [, , dataDir = ''] = process.argv
const lock = lockDataFolder(dataDir)
process.send?.(lock.ok)
// Kept in use: a lock that nobody refers to is dropped with the next garbage.
setInterval(() => lock.ok, 1000)
process.on('disconnect', () => process.exit())
