// Decodes the files given as arguments, one after another, and does nothing with the pixels: what any uploader
// that looks at pictures has to spend. Prints the milliseconds it took, its own start not counted.
import sharp from 'sharp'

sharp.concurrency(1)
sharp.cache(false)
const started = performance.now()
for (const path of process.argv.slice(2)) await sharp(path).raw().toBuffer()
console.log(performance.now() - started)
