import { randomUUID } from 'node:crypto'
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { DatabasePlace } from '../../src/backend/database/database.ts'
import { startBackendOn } from '../support/backend.ts'
import { digest } from '../support/differences.ts'
import { EMBEDDED_WORKER, placeEmptyDatabase } from '../support/empty-database.ts'

/** Makes a record service's data folder with one shop in it; the shop's token. */
export async function makeRecords(folder: string): Promise<string> {
  await placeEmptyDatabase(folder)
  return addSoakShop({ kind: 'embedded', folder, workerEntry: EMBEDDED_WORKER })
}

/** Makes the soak's shop in a database; its token. */
export async function addSoakShop(place: DatabasePlace): Promise<string> {
  await using service = await startBackendOn(place)
  return await service.addShop('Soak')
}

/** The template's folder on the NAS, below its root. */
export const FOLDER = 'Test shop/UVDTF 16oz'

/** Number that a file of somebody else has from the beginning. */
export const FOREIGN_NUMBER = 3

/** The name of a design with that number. */
export function nameOf(number: number): string {
  return `UV ${number} UVDTF 16oz_${number}.png`
}

/** Makes the template's folder on the NAS with files in it that are not ours; their SHA-256 by path. */
export async function placeForeignFiles(folder: string): Promise<Map<string, string>> {
  await mkdir(folder, { recursive: true })
  // The user that signs in is not the one that runs the tests.
  for (const path of [folder, join(folder, '..')]) await chmod(path, 0o777)
  const names = [nameOf(FOREIGN_NUMBER), `.galley-${randomUUID()}-1.part`, '.other-program.tmp']
  const files = new Map<string, string>()
  for (const name of names) {
    const path = join(folder, name)
    await writeFile(path, `not Galley's: ${name}`)
    files.set(path, digest(await readFile(path)))
  }
  return files
}
