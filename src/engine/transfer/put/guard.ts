import type { PartNaming } from '../../../shared/domain/nas-facts.ts'
import { ok } from '../../../shared/domain/result.ts'
import type { SftpRequests } from '../connection/sftp-requests.ts'
import type { Fault, Reply } from '../failures.ts'
import { guardPath } from './part-names.ts'

/** The name, or its guard, could not be had. */
type Kept = { readonly kind: 'taken' } | { readonly kind: 'refused'; readonly fault: Fault }

/** Servers that refuse a taken name look for it first and rename then: of two workstations at one moment both find it free,
 *  and one file would be gone. So whoever takes the name makes a folder beside it before, which only one can: there are
 *  servers that keep no file exclusive, and none that makes a folder twice. One that a cut left keeps its name from
 *  everybody until it is swept. */
export async function guarded<T>(
  sftp: SftpRequests,
  path: string,
  partNaming: PartNaming,
  work: () => Promise<Reply<T>>,
): Promise<Reply<T | Kept>> {
  const guard = guardPath(path, partNaming)
  const made = await sftp.mkdir(guard)
  if (!made.ok) {
    if (made.fault.kind === 'lost') return made
    const isHeld = (await sftp.lstat(guard)).ok
    return ok(isHeld ? { kind: 'taken' } : { kind: 'refused', fault: made.fault })
  }
  const claimed = await work()
  await sftp.rmdir(guard)
  return claimed
}
