import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import type { SecretKind } from '../../src/shared/domain/shop.ts'
import { addShop, expectOk } from '../support/engine.ts'
import { entryIn } from '../support/entries.ts'
import { type KeptEngine, keepEngine } from './engine-process.ts'
import type { StationEnd } from './judge-team.ts'
import { type CatalogReader, readCatalog } from './read-catalog.ts'
import type { SoakNas } from './soak-nas.ts'

export interface StationOptions {
  readonly name: 'first' | 'second'
  readonly home: string
  readonly program: URL
  readonly nas: SoakNas
  readonly backendUrl: string
  readonly token: string
  readonly bytesPerSecond: number
  readonly onCrash: (how: string) => void
}

/** One of the workstations of a shop. */
export interface Station extends AsyncDisposable {
  readonly name: 'first' | 'second'
  readonly engine: KeptEngine
  readonly catalog: CatalogReader
  readonly shopId: string
  /** Drops files of these bytes, which differ in what they are called by their place; the batch. */
  drop(files: readonly Buffer[]): Promise<string>
  /** Numbers of the batch's stored items, in the order of the drop. */
  numbersOf(batchId: string): number[]
  /** Id, number and place of each design that stands on the NAS as far as its catalog knows. */
  knownDesigns(): string
  /** What it asks a person about, and what it sent while nobody answered. */
  end(): Promise<StationEnd>
  /** Did the service not answer when numbers were asked for? */
  wasUnanswered(): Promise<boolean>
}

export async function openStation(options: StationOptions): Promise<Station> {
  const { name, home, program, nas, backendUrl, token, bytesPerSecond, onCrash } = options
  const dataDir = join(home, name)
  const secrets: Partial<Record<SecretKind, string>> = {
    'backend-token': token,
    ...(nas.password === undefined ? {} : { 'nas-password': nas.password }),
  }
  const engine = keepEngine({ entry: entryIn(program, 'worker/engine'), dataDir, secrets, onCrash })
  const shop = await addShop(engine, { sshd: { ...nas, ...nas.nas }, backendUrl })
  expectOk(await engine.peer.call('limitSpeed', { timetable: [{ at: '00:00', bytesPerSecond }] }))
  const catalog = readCatalog(dataDir)

  function read<Row>(sql: string, ...given: string[]): Row[] {
    const database = new Sqlite(join(dataDir, 'catalog.sqlite'), { readonly: true })
    const rows = database.prepare<string[], Row>(sql).all(...given)
    database.close()
    return rows
  }
  const logged = async (event: string): Promise<Set<string>> => {
    const folder = join(dataDir, 'logs')
    const files = (await readdir(folder)).filter((file) => file.includes('engine'))
    const lines = (await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')))).join('').split('\n')
    return new Set(
      lines.filter((line) => line.includes(`"${event}"`)).map((line) => /"item":"([^"]+)"/.exec(line)?.[1] ?? ''),
    )
  }

  return {
    name,
    engine,
    catalog,
    shopId: shop.shopId,
    async drop(files) {
      const folder = await mkdtemp(join(home, `${name} `))
      await Promise.all(files.map((file, at) => writeFile(join(folder, `design ${at}.png`), file)))
      const policy = { onDuplicate: 'skip', onSimilar: 'keep' } as const
      return expectOk(await engine.peer.call('acceptPaths', { ...shop, paths: [folder], policy })).batchId
    },
    numbersOf: (batchId) =>
      read<{ number: number }>(
        'SELECT designs.number FROM items JOIN designs ON designs.id = items.id WHERE batch_id = ? ORDER BY seq',
        batchId,
      ).map(({ number }) => number),
    knownDesigns: () =>
      JSON.stringify(read(`SELECT id, number, remote_path FROM designs WHERE state = 'known' ORDER BY id`)),
    end: async () => ({
      questions: read(`SELECT item_id AS itemId, twin_id AS twinId FROM twins WHERE state = 'open'`),
      unclaimed: await logged('named without a claim'),
      unleased: await logged('named without a lease'),
    }),
    wasUnanswered: async () => (await logged('numbers not leased')).size > 0,
    async [Symbol.asyncDispose]() {
      catalog[Symbol.dispose]()
      await engine[Symbol.asyncDispose]()
    },
  }
}
