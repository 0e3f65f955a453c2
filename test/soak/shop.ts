import { randomUUID } from 'node:crypto'
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Nas } from '../../src/shared/domain/shop.ts'
import { EMBEDDED_WORKER, startBackend } from '../support/backend.ts'
import { digest } from '../support/differences.ts'
import { placeEmptyDatabase } from '../support/empty-database.ts'
import type { Sshd } from '../support/sshd.ts'

/** Makes a record service's data folder with one shop in it; the shop's token. */
export async function makeRecords(folder: string): Promise<string> {
  await placeEmptyDatabase(folder)
  await using service = await startBackend({ kind: 'embedded', folder, workerEntry: EMBEDDED_WORKER })
  return service.addShop('Soak')
}

/** Sign-in by password where the tests may have a user for that, else by key. */
export function signInOf({ nas, testUser }: Sshd): { readonly nas: Nas; readonly password: string | undefined } {
  if (testUser === null) return { nas, password: undefined }
  const { identityFile: _key, ...without } = nas
  return { nas: { ...without, user: testUser.user }, password: testUser.password }
}

/** Number that a file of somebody else has. */
export const FOREIGN_NUMBERS = [3] as const

/** Makes the template's folder on the NAS with files in it that are not ours; their SHA-256 by path. */
export async function placeForeignFiles(folder: string): Promise<Map<string, string>> {
  await mkdir(folder, { recursive: true })
  // The user that signs in is not the one that runs the tests.
  for (const path of [folder, join(folder, '..')]) await chmod(path, 0o777)
  const names = ['UV 3 UVDTF 16oz_3.png', `.galley-${randomUUID()}-1.part`, '.other-program.tmp']
  const files = new Map<string, string>()
  for (const name of names) {
    const path = join(folder, name)
    await writeFile(path, `not Galley's: ${name}`)
    files.set(path, digest(await readFile(path)))
  }
  return files
}
