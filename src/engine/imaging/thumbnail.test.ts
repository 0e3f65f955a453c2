import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { expect, onTestFinished, test } from 'vitest'
import { MAX_SMALL_BYTES } from '../../shared/domain/thumbnail.ts'
import { writeSmallThumbnail } from './thumbnail.ts'

test.for([
  ['noise', 80, (size: number) => randomBytes(size)],
  ['one colour', 256, (size: number) => Buffer.alloc(size, 200)],
] as const)('the small thumbnail of %s fits the service, and is known by its hash', async ([, width, fill]) => {
  const folder = mkdtempSync(join(tmpdir(), 'galley-thumbnail-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'item.small')
  const sha256 = await writeSmallThumbnail({ width: 256, height: 200, data: fill(256 * 200 * 4) }, path)
  const small = readFileSync(path)
  expect(small.length).toBeLessThanOrEqual(MAX_SMALL_BYTES)
  expect(createHash('sha256').update(small).digest('hex')).toBe(sha256)
  expect(await sharp(small).metadata()).toMatchObject({ format: 'webp', width })
})
