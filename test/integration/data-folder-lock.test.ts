import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { lockDataFolder } from '../../src/data-folder/lock.ts'
import { openCatalog } from '../../src/engine/catalog/open-catalog.ts'
import { mountSmallDisk, whyNoSmallDisk } from '../support/small-disk.ts'

const HOLDER = fileURLToPath(new URL('../support/lock-holder.ts', import.meta.url))

async function startHolder(dataDir: string): Promise<ChildProcess> {
  const child = fork(HOLDER, [dataDir])
  const [isLocked] = await once(child, 'message')
  expect(isLocked).toBe(true)
  return child
}

test('[two instances] another process is refused by name, and the folder is free again when its owner is killed', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'galley-lock-'))
  const owner = await startHolder(dataDir)
  expect(lockDataFolder(dataDir)).toMatchObject({
    ok: false,
    failure: { code: 'data-folder-in-use', detail: { says: 'used-by', folder: dataDir, process: String(owner.pid) } },
  })
  owner.kill('SIGKILL')
  await once(owner, 'exit')
  const next = lockDataFolder(dataDir)
  expect(next.ok).toBe(true)
  if (next.ok) next.value.release()
  await rm(dataDir, { recursive: true })
})

test('a disk without room for a catalog is said to be full', async (context) => {
  const why = whyNoSmallDisk()
  if (why !== null) return context.skip(why)
  await using disk = await mountSmallDisk('rw')
  await writeFile(join(disk.path, 'filler'), Buffer.alloc(1024 * 1024)).catch(() => undefined)
  expect(openCatalog(disk.path, Date.now, () => undefined)).toMatchObject({ ok: false, failure: { code: 'disk-full' } })
  await rm(join(disk.path, 'filler'))
  const opened = openCatalog(disk.path, Date.now, () => undefined)
  expect(opened).toMatchObject({ ok: true })
  if (opened.ok) await opened.value.close()
})
