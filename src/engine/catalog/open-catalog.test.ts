import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openCatalog } from './open-catalog.ts'

let dataDir: string
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'galley-open-'))
})
afterEach(() => {
  rmSync(dataDir, { recursive: true })
})

const file = (): string => join(dataDir, 'catalog.sqlite')

async function openAndClose(): Promise<Readonly<Record<string, string>>> {
  const opened = openCatalog(dataDir, Date.now, () => undefined)
  if (!opened.ok) throw new Error(opened.failure.message)
  await opened.value.write(() => opened.value.settings.setPausedAll(true))
  const pragmas = opened.value.pragmas()
  await opened.value.close()
  return pragmas
}

describe('openCatalog', () => {
  test('syncs every commit to the disk, still after writes, and again at the next start', async () => {
    for (let start = 0; start < 2; start += 1) {
      const pragmas = await openAndClose()
      expect(pragmas).toMatchObject({ synchronous: '2', journal_mode: 'wal', foreign_keys: '1', trusted_schema: '0' })
    }
  })

  test('refuses a catalog of a newer Galley, leaves it as it is, and lets go of the folder', async () => {
    await openAndClose()
    const newer = new Sqlite(file())
    newer.pragma('user_version = 1000')
    newer.close()
    const before = readFileSync(file())
    expect(openCatalog(dataDir, Date.now, () => undefined)).toMatchObject({
      ok: false,
      failure: { code: 'catalog-newer' },
    })
    expect(readFileSync(file()).equals(before)).toBe(true)
    // Not "in use": the lock was given back.
    expect(openCatalog(dataDir, Date.now, () => undefined)).toMatchObject({
      ok: false,
      failure: { code: 'catalog-newer' },
    })
  })

  test('a catalog of a newer Galley that is damaged as well is left as it is', async () => {
    await openAndClose()
    const newer = new Sqlite(file())
    newer.pragma('user_version = 1000')
    newer.close()
    writeFileSync(file(), readFileSync(file()).fill(0xa5, 8_192, 16_384))
    expect(openCatalog(dataDir, Date.now, () => undefined)).toMatchObject({ failure: { code: 'catalog-newer' } })
    expect(existsSync(join(dataDir, 'quarantine'))).toBe(false)
  })

  test('a folder is one Galley’s at a time, and free again when that closes', async () => {
    const first = openCatalog(dataDir, Date.now, () => undefined)
    expect(openCatalog(dataDir, Date.now, () => undefined)).toMatchObject({
      ok: false,
      failure: {
        code: 'data-folder-in-use',
        detail: { says: 'used-by', folder: dataDir, process: String(process.pid) },
      },
    })
    if (first.ok) await first.value.close()
    await openAndClose()
  })
})
