import { bundle } from './bundle.ts'

const WORKERS = ['copy', 'engine', 'imaging', 'mockups', 'records', 'transfer'] as const
/** Processes that tests start: where they stand below `src`. */
export type Entry = 'backend/main' | 'cli/main' | `worker/${(typeof WORKERS)[number]}`

const ENTRIES: readonly Entry[] = ['backend/main', 'cli/main', ...WORKERS.map((name) => `worker/${name}` as const)]
const DATABASE_THREAD = 'src/backend/database/embedded-worker.ts'
const SOURCES = new URL('../../src/', import.meta.url)
/** The folder of what was built for this run of the tests. */
const BUILT = 'GALLEY_BUILT'

/** The processes that tests start are built once for all tests of a run: each begins in half the time of the processor that
 *  its sources take, and tests begin thousands. */
export default async function setup(): Promise<void> {
  const inputs = Object.fromEntries(ENTRIES.map((name) => [name, `src/${name}.ts`]))
  const threads = ['backend', 'worker'].map((folder) => [`${folder}/embedded-worker`, DATABASE_THREAD])
  process.env[BUILT] = (await bundle({ ...inputs, ...Object.fromEntries(threads) }, 'built')).href
}

/** The program of this run: what was built of it, else its sources. */
export function program(): URL {
  const built = process.env[BUILT]
  return built === undefined ? SOURCES : new URL(built)
}

/** A process of a program: of its folder `src`, or of what was built of it. */
export function entryIn(folder: URL, name: Entry): URL {
  return new URL(`${name}.${folder.pathname.endsWith('/src/') ? 'ts' : 'js'}`, folder)
}

/** Is it a process of that kind, by its command line? */
export function isWorker(command: string, kind: string): boolean {
  return new RegExp(`/worker/${kind}\\.[jt]s`).test(command)
}

export const entryOf = (name: Entry): URL => entryIn(program(), name)
