import { type NumberRange, rangesOf } from '../../../shared/domain/number-range.ts'
import { takenNumberReader } from '../../../shared/domain/remote-name.ts'
import type { Numbering } from '../../../shared/worker/transfer.ts'
import type { SftpRequests } from '../connection/sftp-requests.ts'
import type { Reply } from '../failures.ts'
import { pagesOf } from '../get/look-around.ts'

/** To list so many names takes about as long as to try one that is taken. */
const NAMES_PER_TRY = 300

/** What the names in a template's folder take of its numbers, told to who gives them. */
export interface TakenNumbers {
  /** How often the folder has been listed. */
  readonly listings: number
  /** Lists it, for whoever asks first; everybody waits until that is told. */
  learn(sftp: SftpRequests, numbering: Numbering): Promise<void>
  /** A name turned out to be taken that was given after so many listings. Listed anew when no later listing tells of it, and
   *  as many were met as a listing costs. */
  met(sftp: SftpRequests, numbering: Numbering, listings: number): Promise<void>
}

/** `tell` settles when it is written down. */
export function createTakenNumbers(
  remoteDir: string,
  tell: (templateId: string, taken: readonly NumberRange[]) => Promise<unknown>,
): TakenNumbers {
  let listings = 0
  let names = 0
  let tries = 0
  let listing: Promise<void> | null = null

  const list = async (sftp: SftpRequests, numbering: Numbering): Promise<void> => {
    const found = await numbersIn(sftp, remoteDir, numbering)
    // Without a connection nothing else is done either. Where nobody may list, names are tried one by one.
    if (!found.ok && found.fault.kind === 'lost') return
    if (found.ok) await tell(numbering.templateId, found.value.taken)
    names = found.ok ? found.value.names : 0
    tries = 0
    listings += 1
  }
  const listOnce = (...by: Parameters<typeof list>): Promise<void> =>
    (listing ??= list(...by).finally(() => {
      listing = null
    }))

  return {
    get listings() {
      return listings
    },
    learn: async (sftp, numbering) => (listings === 0 ? listOnce(sftp, numbering) : undefined),
    async met(sftp, numbering, before) {
      if (listing !== null) return listing
      if (listings > before) return
      tries += 1
      if (tries * NAMES_PER_TRY >= names) await listOnce(sftp, numbering)
    },
  }
}

interface FoundNumbers {
  readonly names: number
  readonly taken: readonly NumberRange[]
}

/** The numbers that names in the folder take, whatever has the names. */
async function numbersIn(sftp: SftpRequests, folder: string, numbering: Numbering): Promise<Reply<FoundNumbers>> {
  const numbers: number[] = []
  const takenBy = takenNumberReader(numbering)
  let names = 0
  for await (const page of pagesOf(sftp, folder)) {
    if (!page.ok) return page
    names += page.value.length
    for (const { filename } of page.value) {
      const number = takenBy(filename)
      if (number !== null) numbers.push(number)
    }
  }
  return { ok: true, value: { names, taken: rangesOf(numbers) } }
}
