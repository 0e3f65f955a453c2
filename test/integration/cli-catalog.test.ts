import { copyFile, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { ImportedFile, ImportSummary } from '../../src/shared/domain/import.ts'
import type { LibraryStats } from '../../src/shared/domain/library.ts'
import { HASH_ALGORITHM_VERSION } from '../../src/shared/domain/picture.ts'
import { shareServers, writeDesigns } from '../support/engine-shop.ts'
import { type Galley, jsonLines, setUpWorkstation, type Workstation } from '../support/galley.ts'
import { sha256Of } from '../support/transfer-worker.ts'

type Line = (ImportedFile & { readonly type: 'file' }) | (ImportSummary & { readonly type: 'summary' })

const { sshd, backend } = await shareServers()

async function openStation(shop: string): Promise<Workstation & { readonly home: string }> {
  const home = await mkdtemp(join(tmpdir(), 'galley-catalog-'))
  onTestFinished(() => rm(home, { recursive: true, force: true }))
  return { home, ...(await setUpWorkstation({ home, sshd, backend, shop })) }
}

test('the designs of a folder become known: duplicates are found, numbers not given again, and they can be brought back', {
  timeout: 180_000,
}, async () => {
  const station = await openStation('Imported')
  const share = await mkdtemp(join(sshd.root, 'share '))
  const [numbered = '', other = ''] = await writeDesigns(join(share, 'old'), [1, 2])
  const first = join(share, 'UV 1 UVDTF 16oz_1.png')
  await rename(numbered, first)
  await copyFile(first, join(share, 'UV 3 UVDTF 16oz_3.png'))
  await writeFile(join(share, 'notes.png'), 'the designs of last year')

  const imported = await station.setUp('catalog', 'import', share, '--remote', share).ended
  expect([imported.code, imported.stdout]).toEqual([
    3,
    '2 imported, 1 known already, 1 failed\n1 record for the shop: its other workstations need not read the folder.\n',
  ])
  expect(imported.stderr).toMatch(/^failed +.*notes\.png: Not a picture that Galley takes/m)
  const again = await station.run('catalog', 'import', share, '--json').ended
  expect(jsonLines<Line>(again)).toMatchObject([
    { type: 'file', fileName: 'notes.png', outcome: 'failed' },
    { type: 'summary', imported: 0, known: 0, failed: 1, unchanged: 3, isWhole: true },
  ])
  expect(await station.records()).toMatchObject([{ number: 1, remotePath: first, imported: true }])

  const [third = '', fourth = ''] = await writeDesigns(join(station.home, 'drop'), [3, 4])
  await copyFile(other, join(station.home, 'drop', 'seen before.png'))
  const uploaded = await station.upload([join(station.home, 'drop')], '--on-similar', 'keep').ended
  expect(uploaded.code).toBe(0)
  const receipt = await station.receipt()
  expect(receipt.map(({ fileName, outcome }) => [fileName, outcome]).sort()).toEqual([
    [basename(third), 'done'],
    [basename(fourth), 'done'],
    ['seen before.png', 'skipped'],
  ])
  const stored = receipt.flatMap(({ remotePath }) => (remotePath === null ? [] : [basename(remotePath)]))
  expect(stored.sort()).toEqual(['UV 2 UVDTF 16oz_2.png', 'UV 4 UVDTF 16oz_4.png'])

  const back = join(station.home, 'back')
  const restored = await station.run('restore', '--number', '1', '--to', back).ended
  expect([restored.code, restored.stdout]).toEqual([0, '1 restored\n'])
  expect(await sha256Of(join(back, basename(first)))).toBe(await sha256Of(first))
})

test.each(['killAll', 'interrupt'] as const)(
  'an import that %s ended goes on where it was: nothing is read again, or known twice',
  {
    timeout: 180_000,
  },
  async (end) => {
    const station = await openStation(`Cut by ${end}`)
    const folder = join(station.home, 'designs')
    const count = 150
    await writeDesigns(
      folder,
      Array.from({ length: count }, (_, seed) => seed + 1),
    )
    await mkdir(station.dataDir, { recursive: true })

    const cut = station.setUp('catalog', 'import', folder, '--json')
    await vi.waitFor(() => expect(cut.output.stdout.split('\n').length).toBeGreaterThan(20), {
      timeout: 60_000,
      interval: 5,
    })
    cut[end]()
    const { code, stdout } = await cut.ended
    expect(code).not.toBe(0)
    const told = pathsOf({ stdout: stdout.slice(0, stdout.lastIndexOf('\n') + 1) })
    expect(told.length).toBeLessThan(count)

    const rest = await station.run('catalog', 'import', folder, '--json').ended
    expect(rest.code).toBe(0)
    expect(pathsOf(rest).filter((path) => told.includes(path))).toEqual([])
    const summary = jsonLines<Line>(rest).at(-1) as ImportSummary
    expect(summary.unchanged).toBeGreaterThanOrEqual(told.length)
    expect(summary).toMatchObject({ imported: count - summary.unchanged, known: 0, failed: 0, isWhole: true })
  },
)

test('designs that an older Galley hashed are hashed anew by the next import, and stay what they were', {
  timeout: 180_000,
}, async () => {
  const station = await openStation('Hashed anew')
  const folder = join(station.home, 'designs')
  const [first = ''] = await writeDesigns(folder, [1, 2])
  await rename(first, join(folder, 'UV 7 UVDTF 16oz_7.png'))
  const again = (): Galley => station.setUp('catalog', 'import', folder, '--remote', '/volume1/old')
  expect((await again().ended).stdout).toMatch(/^2 imported\n1 record for the shop/)

  const catalog = new Sqlite(join(station.dataDir, 'catalog.sqlite'))
  const designs = (): unknown[] =>
    catalog.prepare('SELECT id, number, remote_path, state FROM designs ORDER BY id').all()
  const before = designs()
  catalog.exec(`UPDATE designs SET algorithm_version = 1; UPDATE imported_files SET algorithm_version = 1`)
  expect((await again().ended).stdout).toBe('2 known already\n')
  expect(designs()).toEqual(before)
  catalog.close()
  const [stats] = jsonLines<LibraryStats>(await station.run('catalog', 'stats', '--json').ended)
  expect(stats?.templates[0]).toMatchObject({ known: 2, hashVersions: { [HASH_ALGORITHM_VERSION]: 2 } })
  expect((await again().ended).stdout).toBe('2 imported before\n')
})

test('what the catalog holds is told; a damaged index is found out and made anew, a damaged database found out', {
  timeout: 180_000,
}, async () => {
  const station = await openStation('Looked after')
  const folder = join(station.home, 'designs')
  await writeDesigns(folder, [1, 2, 3])
  expect((await station.setUp('catalog', 'import', folder).ended).code).toBe(0)
  const names = { shopName: 'Looked after', templateName: 'UVDTF 16oz' }
  const stats = jsonLines<LibraryStats>(await station.run('catalog', 'stats', '--json').ended)
  expect(stats).toMatchObject([
    {
      templates: [{ ...names, known: 3, pending: 0, hashVersions: { [HASH_ALGORITHM_VERSION]: 3 } }],
      items: {},
      outboxCount: 0,
      hashVersion: HASH_ALGORITHM_VERSION,
    },
  ])
  expect(stats[0]?.bytes.catalog).toBeGreaterThan(50_000)

  const verify = async (): Promise<readonly [code: number | null, said: string]> => {
    const { code, stdout } = await station.run('catalog', 'verify').ended
    return [code, stdout]
  }
  // The first question takes the designs into the index.
  await station.run('match', folder).ended
  const index = 'Index of Looked after, UVDTF 16oz'
  expect(await verify()).toEqual([0, `Database: whole\n${index}: 3 as in the catalog\n`])

  for (const name of await readdir(join(station.dataDir, 'index'))) {
    const path = join(station.dataDir, 'index', name)
    const bytes = await readFile(path)
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1
    await writeFile(path, bytes)
  }
  expect(await verify()).toEqual([1, expect.stringContaining(`${index}: damaged`)])
  expect((await station.run('catalog', 'rebuild-index').ended).stdout).toBe(`${index}: 3 designs\n`)
  expect(await verify()).toEqual([0, `Database: whole\n${index}: 3 as in the catalog\n`])

  const catalog = new Sqlite(join(station.dataDir, 'catalog.sqlite')).unsafeMode()
  catalog.pragma('writable_schema = ON')
  catalog.exec(
    `UPDATE sqlite_schema SET sql = 'CREATE INDEX designs_shop ON designs (shop_id, id)' WHERE name = 'designs_shop'`,
  )
  catalog.close()
  expect(await verify()).toEqual([1, expect.stringMatching(/^Database: .*designs_shop/)])
})

function pathsOf(output: { readonly stdout: string }): string[] {
  return jsonLines<Line>(output).flatMap((line) => (line.type === 'file' ? [line.path] : []))
}
