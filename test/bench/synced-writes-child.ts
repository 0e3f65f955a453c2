// Stores FILES files of BYTES bytes in FOLDER the way a server stores ours, eight at a time and without any network: write,
// fsync, link, unlink, fsync. What the disk alone costs. Prints the milliseconds it took, its own start not counted.
import { randomBytes } from 'node:crypto'
import { link, open, unlink } from 'node:fs/promises'
import { join } from 'node:path'

const AT_ONCE = 8
const [folder = '', files = '', bytes = ''] = process.argv.slice(2)
const content = randomBytes(Number(bytes))
let next = 0

async function storeInTurn(): Promise<void> {
  while (next < Number(files)) {
    const name = join(folder, `${next++}`)
    const handle = await open(`${name}.part`, 'wx')
    await handle.write(content)
    await handle.sync()
    await link(`${name}.part`, name)
    await unlink(`${name}.part`)
    await handle.sync()
    await handle.close()
  }
}

const started = performance.now()
await Promise.all(Array.from({ length: AT_ONCE }, storeInTurn))
console.log(performance.now() - started)
