import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Victim } from './plan.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/** A bug put into a copy of the program on purpose: a soak that does not catch it is worth nothing. */
export interface Plant {
  readonly bug: string
  /** Below `src/`. */
  readonly file: string
  /** Stands in the file once. */
  readonly code: string
  readonly instead: string
  /** What the soak must say of it. */
  readonly caughtAs: RegExp
  /** Whose death alone shows it, where few of the deaths of a plan would. */
  readonly victim?: Victim
}

export const PLANTS: readonly [Plant, ...Plant[]] = [
  {
    bug: 'a chunk has a new key and new record ids each time it is sent',
    file: 'engine/records/record-lane.ts',
    code: 'sendBatch(chunk.id, chunk.records, signal, took)',
    instead: `sendBatch(crypto.randomUUID(), chunk.records.map((one) => ({ ...one, id: crypto.randomUUID() })), signal, took)`,
    caughtAs: /^I[45] /,
  },
  {
    bug: 'an item is done before its record was confirmed',
    file: 'engine/records/record-lane.ts',
    code: `applyInTransaction(context, id, { type: 'claimed' })`,
    instead: `applyInTransaction(context, id, { type: 'recorded' })`,
    caughtAs: /^I4 item \S+ was done before/,
    victim: 'backend',
  },
  {
    bug: 'a file is written under a name that readers see',
    file: 'engine/transfer/put/part-names.ts',
    code: `hidden: ['.galley-', '']`,
    instead: `hidden: ['UV ', '']`,
    caughtAs: /^I3 /,
  },
  {
    bug: 'the number of a file that was cancelled while it waited is nobody’s',
    file: 'engine/items/reserved-number.ts',
    code: `numbers.free(templateId, reserved)
  items.setReserved(id, null)`,
    instead: 'items.setReserved(id, null)',
    caughtAs: /^I2 the numbers have a gap/,
  },
]

/** Seen only where two workstations drop the same designs. */
export const TEAM_PLANTS: readonly Plant[] = [
  {
    bug: 'what another workstation has counts as granted',
    file: 'engine/records/claims.ts',
    code: 'else grants.delete(item.id)',
    instead: 'else grants.set(item.id, { ...asked, usableFrom })',
    caughtAs: /have the same bytes, and each was claimed/,
  },
  {
    bug: 'numbers of duplicates are kept by who leased them',
    file: 'engine/records/number-leases.ts',
    code: 'await catalog.write(() => catalog.numbers.giveBack(templateId))',
    instead: '',
    caughtAs: /^at rest .* are free, not /,
  },
]

/** A copy of the program with the bug in it, removed with it. */
export async function plantBug({
  file,
  code,
  instead,
}: Pick<Plant, 'file' | 'code' | 'instead'>): Promise<AsyncDisposable & { readonly program: URL }> {
  const home = await mkdtemp(join(tmpdir(), 'galley-planted-'))
  await cp(join(ROOT, 'src'), join(home, 'src'), { recursive: true })
  await cp(join(ROOT, 'package.json'), join(home, 'package.json'))
  await symlink(join(ROOT, 'node_modules'), join(home, 'node_modules'))
  const path = join(home, 'src', file)
  const parts = (await readFile(path, 'utf8')).split(code)
  if (parts.length !== 2) throw new Error(`${file} has ${parts.length - 1} times: ${code}`)
  await writeFile(path, parts.join(instead))
  return {
    program: pathToFileURL(join(home, 'src/')),
    [Symbol.asyncDispose]: () => rm(home, { recursive: true, force: true }),
  }
}
