import { setTimeout as pause } from 'node:timers/promises'
import type { Naming } from '../../../shared/domain/nas-facts.ts'
import { ok, type Result } from '../../../shared/domain/result.ts'
import type { SftpRequests } from '../connection/sftp-requests.ts'
import { type Fault, type Reply, wasDone } from '../failures.ts'
import { after } from './fill-part.ts'
import type { FolderFacts } from './folder-facts.ts'
import { guarded } from './guard.ts'
import type { PartFile } from './part-file.ts'
import { moveOver } from './probe-naming.ts'
import { type Holder, type OurBytes, syncNamed, whoHas, whoHasRefused } from './who-has.ts'

/** Of two workstations that looked for one name at one moment, the other renames about as soon after its look as this one
 *  did. So many times as long it is given, within these bounds in ms, before the name is looked at again. */
const OTHERS_TIMES = 20
const OTHERS_BOUNDS_MS = [250, 3_000] as const

/** What came of giving a part its final name. */
export type Claimed =
  | { readonly kind: 'named'; readonly durable: boolean }
  /** Somebody else's file had the name before we tried. */
  | { readonly kind: 'taken' }
  /** The name was free, and another file has it now that we have tried. */
  | { readonly kind: 'lost-race' }
  /** It had its name, and another file went over it. */
  | { readonly kind: 'overwritten' }
  /** The name is free, and was not given. */
  | { readonly kind: 'refused'; readonly fault: Fault }

export interface ClaimContext {
  readonly facts: Pick<FolderFacts, 'partNaming'>
  /** Has it written down whether an empty file of ours has the name last given: only such a one is ever removed. */
  noteClaim(isClaimed: boolean): Promise<Result<unknown>>
}

/** A verified part, and the name that it is to have. */
export interface Claim extends ClaimContext {
  readonly naming: Naming
  readonly part: PartFile
  readonly path: string
  readonly bytes: OurBytes
}

/** Gives a verified part its final name unless somebody has it, and syncs it there. A connection that goes away under it is
 *  a fault: the next put settles what came of it. */
export async function claim(sftp: SftpRequests, wanted: Claim): Promise<Reply<Claimed>> {
  const { naming, part, path, facts } = wanted
  const { handle } = part
  if (naming === 'ordered' && handle !== null) {
    part.handle = null
    const moved = await renameAndSync(sftp, part.path, path, handle)
    return moved.ok ? named(moved.value) : afterRefusal(sftp, wanted, moved.fault, 'taken')
  }
  // By a link it gets another name, and is synced by the handle that wrote it.
  if (handle !== null && naming !== 'link') {
    part.handle = null
    await sftp.close(handle)
  }
  const work = () => claimStepwise(sftp, wanted)
  return naming === 'rename' ? guarded(sftp, path, facts.partNaming, work) : work()
}

async function claimStepwise(sftp: SftpRequests, wanted: Claim): Promise<Reply<Claimed>> {
  const { naming, part, path, bytes } = wanted
  const lookedAt = performance.now()
  // By a hard link nothing is replaced, whoever is there.
  if (naming !== 'link' && naming !== 'create') {
    const there = await sftp.lstat(path)
    if (there.ok) return ok({ kind: 'taken' })
    if (there.fault.kind === 'lost') return there
  }
  const moved = await moveBy(sftp, wanted)
  const isLeft =
    moved.ok && naming === 'look' ? await whoHasAfterRace(sftp, path, bytes, performance.now() - lookedAt) : null
  if (isLeft?.ok === false) return isLeft
  if (isLeft?.value === 'foreign') return ok({ kind: 'overwritten' })
  if (!moved.ok) {
    const isFirst = naming === 'link' || naming === 'create'
    return afterRefusal(sftp, wanted, moved.fault, isFirst ? 'taken' : 'lost-race')
  }
  const synced = await syncWhole(sftp, part, path)
  return synced.ok ? named(synced.value) : synced
}

/** Whose the name is once another workstation that looked at the same moment has renamed, too: its rename goes over ours. */
async function whoHasAfterRace(
  sftp: SftpRequests,
  path: string,
  bytes: OurBytes,
  tookMs: number,
): Promise<Reply<Holder>> {
  const [leastMs, mostMs] = OTHERS_BOUNDS_MS
  await pause(Math.min(Math.max(OTHERS_TIMES * tookMs, leastMs), mostMs))
  return whoHas(sftp, path, bytes)
}

/** By the handle that wrote it while that is open, and closes it. */
async function syncWhole(sftp: SftpRequests, part: PartFile, path: string): Promise<Reply<boolean>> {
  const { handle } = part
  if (handle === null) return syncNamed(sftp, path)
  part.handle = null
  const [synced] = await Promise.all([sftp.fsync(handle), sftp.close(handle)])
  return wasDone(synced)
}

async function moveBy(
  sftp: SftpRequests,
  { naming, part: { path: part }, path, noteClaim }: Claim,
): Promise<Reply<unknown>> {
  switch (naming) {
    case 'link': {
      const linked = await sftp.link(part, path)
      // It has its name; a temporary one that stays is left to the sweep.
      if (linked.ok) await sftp.unlink(part)
      return linked
    }
    case 'create': {
      const claimed = await sftp.open(path, 'new')
      if (!claimed.ok) return claimed
      const [closed] = await Promise.all([sftp.close(claimed.value), noteClaim(true)])
      const moved = closed.ok ? await moveOver(sftp, part, path) : closed
      if (!moved.ok && moved.fault.kind === 'refused') await dropClaim(sftp, path, noteClaim)
      return moved
    }
    case 'ordered':
    case 'rename':
    case 'look':
      return sftp.rename(part, path)
  }
}

/** Removes an empty file that is known to be our claim; false when no such file has the name. What is written down of it
 *  goes first: cut in between, an empty file stays, and never does a colleague's later claim go for ours. */
export async function dropClaim(
  sftp: SftpRequests,
  path: string,
  noteClaim: ClaimContext['noteClaim'],
): Promise<boolean> {
  const found = await sftp.lstat(path)
  if (!found.ok || found.value.size !== 0) return false
  return (await noteClaim(false)).ok && (await sftp.unlink(path)).ok
}

/** A refusal does not say whose the name is: what has it is looked at. */
async function afterRefusal(
  sftp: SftpRequests,
  { part, path, bytes }: Claim,
  fault: Fault,
  ifForeign: 'taken' | 'lost-race',
): Promise<Reply<Claimed>> {
  if (fault.kind === 'lost') return { ok: false, fault }
  const holder = await whoHasRefused(sftp, part.path, path, bytes)
  if (!holder.ok) return holder
  switch (holder.value) {
    case 'nobody':
      return ok({ kind: 'refused', fault })
    case 'ours': {
      const synced = await syncWhole(sftp, part, path)
      if (!synced.ok) return synced
      await sftp.unlink(part.path)
      return named(synced.value)
    }
    case 'foreign':
    case 'unreadable':
      return ok({ kind: ifForeign })
  }
}

/** Renames, syncs and closes, in one flight. Answers whether it is on the NAS's disk. */
async function renameAndSync(sftp: SftpRequests, part: string, path: string, handle: Buffer): Promise<Reply<boolean>> {
  const renamed = sftp.rename(part, path)
  const synced = after(sftp, renamed, () => sftp.fsync(handle))
  const [rename, sync] = await Promise.all([renamed, synced, sftp.close(handle)])
  // Once it is stored, whether the NAS has it on disk may not be known: the next put settles that.
  return rename.ok ? wasDone(sync) : rename
}

function named(durable: boolean): Reply<Claimed> {
  return ok({ kind: 'named', durable })
}
