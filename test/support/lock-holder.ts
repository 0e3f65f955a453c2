import { lockDataFolder } from '../../src/engine/catalog/data-folder-lock.ts'

// Locks the folder that it is given, says whether it could, and holds on until it is killed.
const [, , dataDir = ''] = process.argv
process.send?.(lockDataFolder(dataDir).ok)
setInterval(() => undefined, 1000)
