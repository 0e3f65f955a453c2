import { type Failure, failure } from '../../../shared/domain/failure.ts'
import { ok } from '../../../shared/domain/result.ts'
import type { SftpRequests } from '../connection/sftp-requests.ts'
import type { Reply } from '../failures.ts'
import { type Claim, type Claimed, claim } from './claim.ts'
import type { PartFile } from './part-file.ts'
import { putBack, type Replaced, setAside } from './set-aside.ts'
import { syncNamed } from './who-has.ts'

export type Replacement =
  | Claimed
  /** It has the place of the old file, which is kept under this path; null: it could not be. */
  | { readonly kind: 'replaced'; readonly durable: boolean; readonly keptPath: string | null }
  | { readonly kind: 'failed'; readonly failure: Failure }

/** Puts a verified part in the place of the file that has the name, and keeps that one; only while it is still the one that
 *  was decided on, never another, which somebody put there. Where it has gone meanwhile, the name is claimed as a free one. */
export async function replaceFile(sftp: SftpRequests, wanted: Claim, old: Replaced): Promise<Reply<Replacement>> {
  const { part, path } = wanted
  const aside = await setAside(sftp, old)
  if (!aside.ok) return failed(aside.failure)
  switch (aside.value.kind) {
    case 'free':
      return claim(sftp, wanted)
    case 'over': {
      const moved = await moveOverIt(sftp, part, path, aside.value.isKept ? old.keptPath : null)
      if (moved.ok || moved.fault.kind === 'lost' || !aside.value.isKept) return moved
      // A server that says that it can, and replaces nothing: by its second name the old file is kept without its first.
      const freed = await sftp.unlink(path)
      return freed.ok ? takeFreed(sftp, wanted, old) : moved
    }
    case 'moved':
      return takeFreed(sftp, wanted, old)
  }
}

/** The old file has only its second name: the new one gets the first, or the old one has it again. */
async function takeFreed(sftp: SftpRequests, wanted: Claim, old: Replaced): Promise<Reply<Replacement>> {
  const { naming } = wanted
  // A claim or a guard that a crash leaves would keep the old one from its name.
  const isMarked = naming === 'create' || naming === 'rename'
  const claimed = await claim(sftp, isMarked ? { ...wanted, naming: 'look' } : wanted)
  if (!claimed.ok || claimed.value.kind === 'overwritten') return claimed
  if (claimed.value.kind === 'named') return replaced(claimed.value.durable, old.keptPath)
  const back = await putBack(sftp, old)
  if (!back.ok) return failed(back.failure)
  return claimed.value.kind === 'refused' ? claimed : failed(failure('design-altered', old.fileName))
}

async function moveOverIt(
  sftp: SftpRequests,
  part: PartFile,
  path: string,
  keptPath: string | null,
): Promise<Reply<Replacement>> {
  const { handle } = part
  part.handle = null
  if (handle !== null) void sftp.close(handle)
  const moved = await sftp.replace(part.path, path)
  if (!moved.ok) return moved
  const synced = await syncNamed(sftp, path)
  return synced.ok ? replaced(synced.value, keptPath) : synced
}

function replaced(durable: boolean, keptPath: string | null): Reply<Replacement> {
  return ok({ kind: 'replaced', durable, keptPath })
}

function failed(reason: Failure): Reply<Replacement> {
  return ok({ kind: 'failed', failure: reason })
}
