// Draws the pictures whose hashes stand in goldens.json:  node test/support/goldens/draw.ts
// Run only to change the set; then run reference.py, which writes the hashes.
import { join } from 'node:path'
import sharp, { type PngOptions, type Sharp } from 'sharp'
import { drawDesign, inWhite, withMargin } from '../pictures.ts'

const folder = join(import.meta.dirname, 'pictures')
const size = { width: 240, height: 288 }

for (const seed of [0, 1, 2, 3, 4]) await save(`design-${seed}`, sharp(await drawDesign(seed, size)))
await save('margin', sharp(await withMargin(await drawDesign(0, size), { top: 31, left: 57, right: 12, bottom: 90 })))
await save('white', sharp(await inWhite(await drawDesign(3, size))))
await save('palette', sharp(await drawDesign(6, size)), { palette: true, colours: 16 })
await save(
  'grey',
  sharp(await drawDesign(7, size))
    .flatten({ background: '#808080' })
    .greyscale(),
)
await save(
  'opaque',
  sharp(await drawDesign(8, { width: 301, height: 177 }))
    .flatten({ background: '#d0e0f0' })
    .blur(2),
)
await save('tiny', sharp(await drawDesign(9, { width: 11, height: 7 })))
await save('large', sharp(await drawDesign(10, { width: 1300, height: 1500 })))

async function save(name: string, picture: Sharp, options: PngOptions = {}): Promise<void> {
  await picture.png({ compressionLevel: 9, ...options }).toFile(join(folder, `${name}.png`))
}
