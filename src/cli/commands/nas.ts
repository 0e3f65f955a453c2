import { randomUUID } from 'node:crypto'
import type { BrowsedFolder, NasEntry } from '../../shared/domain/nas-folder.ts'
import type { Nas } from '../../shared/domain/shop.ts'
import type { EngineContract } from '../../shared/ipc/engine.ts'
import type { Peer } from '../../shared/worker/peer.ts'
import { orEnd, usageError } from '../cli-error.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { formatBytes, formatCounts, formatTable } from '../format.ts'
import { printJson } from '../json-output.ts'
import { printable } from '../printable.ts'
import { checkSecretFiles, type Secrets } from '../secrets.ts'
import { findShop, parseNas, reachNas, type ShopOptions, withTransfer } from '../shop-setup.ts'
import { type CommonOptions, withEngine } from './with-engine.ts'

export interface NasOptions
  extends CommonOptions,
    Pick<
      ShopOptions,
      'shop' | 'nas' | 'identity' | 'oldAlgorithms' | 'passwordFile' | 'passphraseFile' | 'hostKey' | 'trustOnFirstUse'
    > {}

/** `galley nas ls [PATH]`: a folder of the NAS; where there is none, the nearest one above it, with exit code 1. */
export function nasList(path: string | undefined, options: NasOptions): Promise<ExitCode> {
  return withEngine(options, async ({ session, secrets, interrupt }) => {
    const engine = session.engine()
    const place = await findNas(engine, secrets, options)
    const folder = orEnd(
      await engine.call('browseNas', { ...place, path: path ?? place.nas.root }, { signal: interrupt }),
    )
    if (options.json) printAsJson(folder)
    else print(folder)
    return folder.missing === null ? EXIT.ok : EXIT.fault
  })
}

/** `galley nas mkdir PATH`: a folder that is there already stays as it is. */
export function nasMakeFolder(path: string, options: NasOptions): Promise<ExitCode> {
  if (!path.startsWith('/')) throw usageError(`${path}: the path of a new folder begins with /`)
  return withEngine(options, async ({ session, secrets, interrupt }) => {
    const engine = session.engine()
    const place = await findNas(engine, secrets, options)
    orEnd(await engine.call('makeNasFolder', { ...place, path }, { signal: interrupt }))
    if (options.json) printJson({ type: 'made', path })
    else console.log(printable(`${path} is there.`))
    return EXIT.ok
  })
}

/** The NAS that is given, else the shop's; its host key trusted as the options say. */
async function findNas(
  engine: Peer<EngineContract>,
  secrets: Secrets,
  options: NasOptions,
): Promise<{ readonly shopId: string; readonly nas: Nas }> {
  checkSecretFiles(options)
  const known = findShop(orEnd(await engine.call('listShops', null)), options.shop)
  if (options.shop !== undefined && known === undefined) throw usageError(`No shop "${options.shop}".`)
  const found = options.nas === undefined ? known?.shop.nas : parseNas(options.nas, options.identity)
  if (!found) throw usageError('No NAS is known yet: give --nas sftp://user@host:port/folder')
  const nas = withTransfer(found, options)
  const shopId = known?.shop.id ?? randomUUID()
  secrets.borrow(shopId, options)
  await reachNas(engine, secrets, shopId, nas, options, (proof) =>
    engine.call('browseNas', { shopId, nas, path: null, ...proof }),
  )
  return { shopId, nas }
}

function printAsJson({ entries, foreign, ...folder }: BrowsedFolder): void {
  printJson({ type: 'folder', ...folder })
  const names = foreign && new Set(foreign)
  for (const entry of entries) {
    printJson({ type: 'entry', ...entry, isForeign: entry.kind === 'file' && names ? names.has(entry.name) : null })
  }
}

function print({ path, missing, writable, freeBytes, entries, isCut, foreign }: BrowsedFolder): void {
  if (missing !== null)
    console.error(printable(`There is no folder ${missing} on the NAS. The nearest one is ${path}:`))
  const names = foreign && new Set(foreign)
  const rows = entries.map((entry) => [
    entry.name,
    entry.kind,
    entry.sizeBytes === null ? '' : formatBytes(entry.sizeBytes),
    entry.modifiedAt === null ? '' : new Date(entry.modifiedAt).toISOString().slice(0, 16).replace('T', ' '),
    entry.writable ?? '',
    ...(names === null ? [] : [names.has(entry.name) ? 'foreign' : '']),
  ])
  const header = ['Name', 'Kind', 'Size', 'Changed (UTC)', 'Writable', ...(names === null ? [] : ['Foreign'])]
  console.log(rows.length === 0 ? 'Nothing in it.' : formatTable(header, rows))
  const facts = [
    formatCounts(countKinds(entries)),
    isCut ? 'more were not read' : '',
    `writable: ${writable}`,
    freeBytes === null ? 'free space unknown' : `${formatBytes(freeBytes)} free`,
  ]
  console.log(`\n${printable(path)}: ${facts.filter((fact) => fact !== '').join(', ')}`)
}

function countKinds(entries: readonly NasEntry[]): Record<string, number> {
  const count = (wanted: NasEntry['kind']): number => entries.filter(({ kind }) => kind === wanted).length
  const [folders, files] = [count('folder'), count('file')]
  return { [folders === 1 ? 'folder' : 'folders']: folders, [files === 1 ? 'file' : 'files']: files }
}
