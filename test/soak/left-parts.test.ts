import { randomUUID } from 'node:crypto'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { ageLeftParts } from './left-parts.ts'

test('what a cut try of the NAS left is aged, and what nothing can have made is told', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'galley-left-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const [swept, sent, tried] = [randomUUID(), randomUUID(), randomUUID()]
  const names = [`.galley-${swept}-1.part`, `.galley-${sent}-1.part`, `.galley-${tried}-2.part`, `.galley-${sent}.old`]
  const wokenAt = Date.now()
  for (const name of [...names, 'UV 1.png']) await writeFile(join(folder, name), '')
  const items = { all: [swept, sent], swept: [swept] }
  expect(await ageLeftParts(folder, items, [])).toEqual([
    expect.toSatisfy((line: string) => line.includes('.old') || line.includes(swept)),
    expect.toSatisfy((line: string) => line.includes('.old') || line.includes(swept)),
  ])
  expect(await ageLeftParts(folder, items, [wokenAt])).toEqual([expect.stringContaining(`.galley-${sent}.old`)])
  const isAged = await Promise.all(
    [...names, 'UV 1.png'].map(async (name) => (await stat(join(folder, name))).mtimeMs < Date.now() - 3600_000),
  )
  expect(isAged).toEqual([true, false, true, false, false])
})
