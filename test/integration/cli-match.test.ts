import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import Sqlite from 'better-sqlite3'
import sharp from 'sharp'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { PreviewedFile, PreviewSummary } from '../../src/shared/domain/preview.ts'
import { shareServers, writeDesigns } from '../support/engine-shop.ts'
import { jsonLines, setUpWorkstation, startGalley } from '../support/galley.ts'

type Line = (PreviewedFile & { readonly type: 'file' }) | (PreviewSummary & { readonly type: 'summary' })

const { sshd, backend } = await shareServers()

test('what is told of files is what becomes of them, and being asked changes nothing', {
  timeout: 180_000,
}, async () => {
  const home = await mkdtemp(join(tmpdir(), 'galley-match-'))
  onTestFinished(() => rm(home, { recursive: true, force: true }))
  const station = await setUpWorkstation({ home, sshd, backend, shop: 'Asked' })
  const known = await writeDesigns(join(home, 'known'), [1, 2])
  expect((await station.upload(known).ended).code).toBe(0)

  const drop = join(home, 'drop')
  const [third = ''] = await writeDesigns(drop, [3])
  const smaller = (path: string): Promise<Buffer> => sharp(path).resize(210).webp().toBuffer()
  await copyFile(known[0] ?? '', join(drop, 'again.png'))
  await copyFile(third, join(drop, 'the third again.png'))
  await writeFile(join(drop, 'design 2 smaller.webp'), await smaller(known[1] ?? ''))
  await writeFile(join(drop, 'the third smaller.webp'), await smaller(third))
  await writeFile(join(drop, 'notes.png'), 'the design is attached')

  const before = contentOf(station.dataDir)
  const asked = await startGalley('match', drop, '--json', '--data-dir', station.dataDir).ended
  expect([asked.code, asked.stderr]).toEqual([3, ''])
  expect(contentOf(station.dataDir)).toEqual(before)
  const lines = jsonLines<Line>(asked)
  expect(lines.at(-1)).toEqual({
    ...{ type: 'summary', upload: 1, skip: 2, review: 2, failed: 0, noPictures: 1, isWhole: true },
  })
  const told = new Map(lines.flatMap((line) => (line.type === 'file' ? [[line.fileName, line]] : [])))
  expect(told.get('design 2 smaller.webp')?.matches).toMatchObject([{ kind: 'near', fileName: 'design 2.png' }])
  expect(told.get('the third again.png')?.matches).toMatchObject([
    { kind: 'exact', against: 'item', fileName: basename(third) },
  ])
  expect(told.get('notes.png')?.failure).toMatchObject({ code: 'unsupported-format' })

  const words = await startGalley('match', join(drop, 'notes.png'), '--data-dir', station.dataDir).ended
  expect([words.code, words.stdout]).toEqual([3, '1 no picture\n'])

  expect((await station.upload([drop]).ended).code).toBe(3)
  const OUTCOMES = { done: 'upload', skipped: 'skip', pending: 'review', failed: 'failed', cancelled: '' } as const
  const became = (await station.receipt()).map(({ fileName, outcome }) => [fileName, OUTCOMES[outcome]])
  expect(became).toEqual([...told.values()].map(({ fileName, outcome }) => [fileName, outcome]))
})

test('Ctrl-C ends the question after the files in flight, and says that it is not whole', async () => {
  const home = await mkdtemp(join(tmpdir(), 'galley-match-'))
  onTestFinished(() => rm(home, { recursive: true, force: true }))
  const station = await setUpWorkstation({ home, sshd, backend, shop: 'Stopped' })
  const [first = ''] = await writeDesigns(join(home, 'known'), [1])
  expect((await station.upload([first]).ended).code).toBe(0)
  const drop = join(home, 'drop')
  await mkdir(drop)
  for (let at = 0; at < 2000; at += 1) await copyFile(first, join(drop, `${at}.png`))

  const asked = startGalley('match', drop, '--json', '--data-dir', station.dataDir)
  await vi.waitFor(() => expect(asked.output.stdout).not.toBe(''), { timeout: 30_000 })
  asked.interrupt()
  const ended = await asked.ended
  expect(ended.code).toBe(3)
  expect(jsonLines<Line>(ended).at(-1)).toMatchObject({ type: 'summary', isWhole: false })
})

/** Every row of the catalog. */
function contentOf(dataDir: string): unknown {
  const catalog = new Sqlite(join(dataDir, 'catalog.sqlite'), { readonly: true })
  try {
    const tables = catalog.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table'`).pluck().all()
    return tables.map((name) => [name, catalog.prepare(`SELECT * FROM ${name}`).all()])
  } finally {
    catalog.close()
  }
}
