import { isDeepStrictEqual } from 'node:util'
import type { Naming, NasFacts, PartNaming } from '../../../shared/domain/nas-facts.ts'
import { ok, type Result } from '../../../shared/domain/result.ts'
import type { SftpRequests } from '../connection/sftp-requests.ts'
import type { Reply } from '../failures.ts'
import { makeFolder } from './folders.ts'
import { probeNaming } from './probe-naming.ts'
import { createTakenNumbers, type TakenNumbers } from './taken-numbers.ts'

/** What is known of the folder that files go to, and learnt of it with the first of them. */
export interface FolderFacts {
  /** Makes it, and those above it that are missing; once, however many files ask at the same time. */
  ensure(sftp: SftpRequests): Promise<Result<null>>
  readonly partNaming: PartNaming
  readonly taken: TakenNumbers
  /** How names are claimed there. Tried out once, for whoever asks first; until that is possible, the safe way. */
  naming(sftp: SftpRequests): Promise<Reply<Naming>>
  /** A file has got its name so. */
  named(sftp: SftpRequests, naming: Naming): Promise<void>
  /** Temporary files are called so from now on. */
  callParts(partNaming: PartNaming): Promise<void>
}

function createFolderFacts(
  remoteDir: string,
  known: NasFacts,
  { root, newId, tell, tellTaken }: FactBookOptions,
): FolderFacts {
  let facts = known
  let probing: Promise<Reply<Naming | null>> | null = null
  let making: Promise<Result<null>> | null = null

  const learn = async (change: Partial<NasFacts>): Promise<void> => {
    facts = { ...facts, ...change }
    await tell(remoteDir, facts)
  }
  const probe = async (sftp: SftpRequests): Promise<Reply<Naming | null>> => {
    const found = await probeNaming(sftp, remoteDir, newId(), facts.partNaming)
    if (found.ok && found.value !== null) await learn({ naming: found.value })
    return found
  }

  return {
    ensure: (sftp) =>
      (making ??= makeFolder(sftp, remoteDir, root).finally(() => {
        making = null
      })),
    taken: createTakenNumbers(remoteDir, tellTaken),
    get partNaming() {
      return facts.partNaming
    },
    async naming(sftp) {
      if (facts.naming !== null) return ok(facts.naming)
      // OpenSSH's rename is a hard link, and looks first where the disk has none, as exFAT. The first files show which.
      if (sftp.traits.inOrder) return ok('link')
      probing ??= probe(sftp).finally(() => {
        probing = null
      })
      const found = await probing
      return found.ok ? ok(found.value ?? 'look') : found
    },
    async named({ traits }, naming) {
      if (traits.inOrder && facts.naming === null) await learn({ naming: naming === 'link' ? 'ordered' : naming })
    },
    async callParts(partNaming) {
      if (partNaming !== facts.partNaming) await learn({ partNaming })
    },
  }
}

/** The facts of the folders of one NAS, each for as long as the same server answers. */
export type FactBook = (sftp: SftpRequests, remoteDir: string, known?: NasFacts) => FolderFacts

export interface FactBookOptions {
  readonly hostKey: string
  readonly root: string
  readonly newId: () => string
  /** Settles when it is written down. */
  tell(remoteDir: string, facts: NasFacts): Promise<unknown>
  readonly tellTaken: Parameters<typeof createTakenNumbers>[1]
}

export function createFactBook(options: FactBookOptions): FactBook {
  const { hostKey, root } = options
  const folders = new Map<string, { readonly server: NasFacts['server']; readonly facts: FolderFacts }>()
  return ({ traits }, remoteDir, known) => {
    const server = { banner: traits.banner, extensions: traits.extensions, hostKey, root }
    const before = folders.get(remoteDir)
    if (before !== undefined && isDeepStrictEqual(before.server, server)) return before.facts
    const blank: NasFacts = { server, naming: null, partNaming: 'hidden' }
    const still = known !== undefined && isDeepStrictEqual(known.server, server) ? known : blank
    const facts = createFolderFacts(remoteDir, still, options)
    folders.set(remoteDir, { server, facts })
    return facts
  }
}
