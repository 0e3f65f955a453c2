import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { copyPath, listCopies, pruneCopies } from './copies.ts'
import { copyCatalog } from './copy-catalog.ts'
import { type Catalog, catalogFile, openCatalog } from './open-catalog.ts'
import { derivedFolder } from './rebuild.ts'

const NOW = Date.UTC(2026, 10, 23, 12)

let dataDir: string
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'galley-rebuild-'))
})
afterEach(() => {
  rmSync(dataDir, { recursive: true })
})

function open(): Catalog {
  const opened = openCatalog(
    dataDir,
    () => NOW,
    () => undefined,
  )
  if (!opened.ok) throw new Error(opened.failure.code)
  return opened.value
}

/** Opens, adds shops of these names, and closes as a process that is killed leaves it: with its log. */
async function leave(...names: readonly string[]): Promise<void> {
  const catalog = open()
  await catalog.write(() => {
    for (const name of names) catalog.shops.saveShop({ id: name, name, kind: 'real', nas: null, backendUrl: null })
  })
  const files = ['', '-wal', '-shm'].map((suffix) => catalogFile(dataDir) + suffix)
  const bytes = files.map((path) => readFileSync(path))
  await catalog.close()
  for (const [index, path] of files.entries()) writeFileSync(path, bytes[index] ?? '')
}

async function read(): Promise<{ shops: string[]; rebuilt: ReturnType<Catalog['settings']['rebuilt']> }> {
  const catalog = open()
  const found = { shops: catalog.shops.shops().map(({ name }) => name), rebuilt: catalog.settings.rebuilt() }
  await catalog.close()
  return found
}

const file = (): string => catalogFile(dataDir)
const overwrite = (path: string, from: number, to: number): void =>
  writeFileSync(path, readFileSync(path).fill(0xa5, from, to))
/** As after days of work: everything is in the file itself. */
function checkpoint(): void {
  const database = new Sqlite(file())
  database.pragma('wal_checkpoint(TRUNCATE)')
  database.close()
}

test.each<[string, () => void]>([
  [
    'is no database at all',
    () => writeFileSync(file(), 'not a database, but long enough to be read as one'.repeat(20)),
  ],
  ['has a page of garbage', () => overwrite(file(), 8_192, 16_384)],
  ['has a garbage beginning', () => overwrite(file(), 0, 100)],
  ['is cut at a page', () => truncateSync(file(), 4_096 * 3)],
  ['is cut within a page', () => truncateSync(file(), 4_096 * 5 + 777)],
  ['is cut to nothing', () => truncateSync(file(), 0)],
  ['is gone', () => rmSync(file())],
  ['has lost its version', () => overwriteVersion(0)],
  ['has a version that never was', () => overwriteVersion(-5)],
])('[database damaged] a catalog that %s is kept aside, and the newest copy takes its place', async (_what, damage) => {
  await leave('copied before')
  copyCatalog(file(), copyPath(dataDir, NOW - 2000))
  await leave('copied')
  copyCatalog(file(), copyPath(dataDir, NOW - 1000))
  await leave('not copied')
  checkpoint()
  damage()
  const bytes = existsSync(file()) ? readFileSync(file()) : null
  const { shops, rebuilt } = await read()
  expect(shops).toEqual(['copied', 'copied before'])
  expect(rebuilt).toMatchObject({ at: NOW, copyFrom: NOW - 1000 })
  const kept = join(rebuilt?.keptIn ?? '', 'catalog.sqlite')
  if (bytes !== null) expect(readFileSync(kept).equals(bytes)).toBe(true)
  // It is a good one from now on.
  expect(await read()).toEqual({ shops, rebuilt })
  expect(readdirSync(join(dataDir, 'quarantine'))).toHaveLength(1)
})

function overwriteVersion(version: number): void {
  const database = new Sqlite(file())
  database.pragma(`user_version = ${version}`)
  database.close()
}

test('[database damaged] a log of garbage is not passed over: the state before it counts, and it is said from when', async () => {
  await leave('in the file')
  checkpoint()
  copyCatalog(file(), copyPath(dataDir, 0))
  await leave('in the log alone')
  overwrite(`${file()}-wal`, 0, 12_000)
  const { shops, rebuilt } = await read()
  expect(shops).toEqual(['in the file'])
  expect(rebuilt?.copyFrom).toBeGreaterThan(0)
  expect(existsSync(join(rebuilt?.keptIn ?? '', 'catalog.sqlite-wal'))).toBe(true)
})

test('[database damaged] a copy that is damaged or of a newer Galley is passed over for the one before it', async () => {
  await leave('good')
  for (const age of [3000, 2000, 1000]) copyCatalog(file(), copyPath(dataDir, NOW - age))
  overwrite(copyPath(dataDir, NOW - 1000), 8_192, 16_384)
  const newer = new Sqlite(copyPath(dataDir, NOW - 2000))
  newer.pragma('user_version = 1000')
  newer.close()
  checkpoint()
  truncateSync(file(), 5000)
  expect(await read()).toMatchObject({ shops: ['good'], rebuilt: { copyFrom: NOW - 3000 } })
})

test('what is derived from the rows of a damaged catalog goes with it, and stays with one that is good', async () => {
  await leave('any')
  const derived = join(derivedFolder(dataDir), 'template')
  mkdirSync(derivedFolder(dataDir))
  writeFileSync(derived, 'rows 1 to 9')
  await read()
  expect(existsSync(derived)).toBe(true)
  checkpoint()
  overwrite(file(), 0, 100)
  await read()
  expect(existsSync(derived)).toBe(false)
})

test('[database damaged] without a copy a new catalog begins, and says so; a first start says nothing', async () => {
  expect(await read()).toEqual({ shops: [], rebuilt: null })
  await leave('lost')
  checkpoint()
  overwrite(file(), 0, 100)
  expect(await read()).toMatchObject({ shops: [], rebuilt: { copyFrom: null } })
})

test('a catalog that was killed in the middle of its work is good: its log is read', async () => {
  await leave('acknowledged')
  expect(await read()).toEqual({ shops: ['acknowledged'], rebuilt: null })
})

test('the newest copies are kept', async () => {
  await leave()
  for (let day = 0; day < 5; day += 1) writeFileSync(copyPath(dataDir, NOW + day), '')
  pruneCopies(dataDir, NOW + 4)
  expect(listCopies(dataDir, NOW + 4).map(({ at }) => at - NOW)).toEqual([4, 3, 2])
})

test('copies of a time to come win over none of the past, keep none away, and are not pruned for them', async () => {
  await leave('true')
  copyCatalog(file(), copyPath(dataDir, NOW - 1))
  await leave('of a wrong clock')
  for (let year = 1; year < 5; year += 1) copyCatalog(file(), copyPath(dataDir, NOW + year))
  writeFileSync(copyPath(dataDir, NOW), '')
  pruneCopies(dataDir, NOW)
  expect(listCopies(dataDir, NOW).map(({ at }) => at - NOW)).toEqual([0, -1, 4, 3, 2])
  for (const suffix of ['-wal', '-shm', '']) rmSync(file() + suffix, { force: true })
  expect(await read()).toMatchObject({ shops: ['true'], rebuilt: { copyFrom: NOW - 1 } })
})
