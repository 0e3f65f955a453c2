// Decodes the files given as arguments, one after another, and does nothing with the pixels: what any uploader
// that looks at pictures has to spend. Prints what it took, its own start not counted.
import sharp from 'sharp'

sharp.concurrency(1)
sharp.cache(false)
const [started, cpu] = [performance.now(), process.cpuUsage()]
for (const path of process.argv.slice(2)) await sharp(path).raw().toBuffer()
const { user, system } = process.cpuUsage(cpu)
console.log(JSON.stringify({ ms: performance.now() - started, cpuMs: (user + system) / 1000 }))
