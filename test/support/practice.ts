import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type PracticeShop, startPracticeShop } from '../../src/practice/shop.ts'
import { describeFailure } from '../../src/shared/domain/failure.ts'
import { placeEmptyDatabase } from './empty-database.ts'

/** The practice shop in a folder of its own. */
export interface TestPractice extends AsyncDisposable {
  readonly folder: string
  readonly place: PracticeShop['place']
}

/** Starts NAS and backend in this process, over `folder` or a new one that is removed at the end. Use with
 *  `await using`. */
export async function startPractice(folder?: string): Promise<TestPractice> {
  const used = folder ?? (await mkdtemp(join(tmpdir(), 'galley-practice-')))
  if (folder === undefined) await placeEmptyDatabase(join(used, 'backend'))
  const started = await startPracticeShop({
    folder: used,
    entryUrl: import.meta.url,
    makesMockups: false,
    onFault: (error) => {
      throw error
    },
  })
  if (!started.ok) throw new Error(describeFailure(started.failure))
  const { place, close } = started.value
  return {
    folder: used,
    place,
    async [Symbol.asyncDispose]() {
      await close()
      if (folder === undefined) await rm(used, { recursive: true, force: true })
    },
  }
}
