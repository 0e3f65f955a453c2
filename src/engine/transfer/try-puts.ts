import { createHash } from 'node:crypto'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, posix } from 'node:path'
import { type Failure, failure } from '../../shared/domain/failure.ts'
import { fail, ok, type Result } from '../../shared/domain/result.ts'
import type { ConnectionStep, PutRequest, PutResult } from '../../shared/worker/transfer.ts'
import { wholeMs } from '../whole-ms.ts'
import type { Channel } from './connection/channels.ts'
import { createRateLimit } from './connection/rate-limit.ts'
import type { SftpRequests } from './connection/sftp-requests.ts'
import { createFactBook } from './put/folder-facts.ts'
import { createFolders, makeFolder } from './put/folders.ts'
import { type PutContext, putFile } from './put/put-file.ts'
import { placeOf, tryReplace } from './put/set-aside.ts'

const WORDS = 'Galley tried whether it can store files here. This file may be deleted.\n'
/** More than a server takes in one write that only says that it takes more. */
const LARGER_BYTES = 150_000

export interface TriedStep {
  readonly step: ConnectionStep
  readonly result: Result<string>
}

export interface TryPutsOptions {
  readonly root: string
  readonly hostKey: string
  readonly now: () => number
  readonly newId: () => string
}

/** Puts two small files into the root as uploads are put, the second with its first name taken by the first, and tells what
 *  that shows. Ends with the step that fails. Nothing is left behind where files may be removed. */
export async function* tryPuts(channel: Channel, options: TryPutsOptions): AsyncGenerator<TriedStep, void, void> {
  const { sftp } = channel
  const { root, newId } = options
  const made = await makeFolder(sftp, root, root)
  yield { step: 'folder', result: made.ok ? ok(root) : made }
  if (!made.ok) return

  const id = newId()
  const [first, second] = [`galley-test-${id}.png`, `galley-test-${id}-2.png`]
  const scratch = await mkdtemp(join(tmpdir(), 'galley-test-'))
  try {
    const small = Buffer.from(WORDS)
    const larger = Buffer.from(WORDS.repeat(Math.ceil(LARGER_BYTES / WORDS.length)))
    const put = putInto(channel, options, scratch)
    const one = await put(small, () => first)
    const two = one.ok ? await put(larger, (foreign) => (foreign === null ? first : second)) : one
    if (!two.ok) {
      yield* failedAt(two.failure)
      return
    }
    yield { step: 'write', result: ok('a file can be written') }
    const { verifiedBy, durable, mayCollide } = two.value
    const isRead = verifiedBy !== 'size'
    const readBack = isRead ? 'and read back' : 'not possible: this user may not read there. Files are compared by size'
    yield { step: 'read-back', result: ok(readBack) }
    const kept = await sftp.lstat(posix.join(root, first))
    const isKept = kept.ok && kept.value.size === small.length && two.value.fileName === second
    const replaced = fail(failure('remote-conflict', `${first} was replaced by a file of the same name`))
    yield { step: 'rename', result: isKept ? ok('a file gets its name, and one that has it is kept') : replaced }
    if (!isKept) return
    yield {
      step: 'two-at-once',
      result: ok(
        mayCollide ? 'not guarded: two that store at the same moment may lose a file' : 'a name is given once',
      ),
    }
    const replaceable = await tryReplace(sftp, placeOf({ remoteDir: root, itemId: id }, first, 'hidden'))
    yield {
      step: 'replace',
      result: ok(replaceable.ok ? wayOfReplacing(sftp) : 'not possible: it cannot replace a file'),
    }
    yield { step: 'remove', result: ok(await removeAll([first, second].map((name) => posix.join(root, name)))) }
    const disk = durable ? 'files are synced to its disk' : 'not durable: it may lose files in a power cut'
    yield { step: 'durable', result: ok(disk) }
    const space = await sftp.space(root)
    const free = space === null ? 'free space unknown' : `${(space.freeBytes / 1e9).toFixed(1)} GB free`
    yield { step: 'space', result: ok(free) }
  } finally {
    await removeAll([first, second].map((name) => posix.join(root, name)))
    await rm(scratch, { recursive: true, force: true })
  }

  async function removeAll(paths: readonly string[]): Promise<string> {
    const removed = await Promise.all(paths.map((path) => sftp.unlink(path)))
    return removed.every(({ ok: isGone }) => isGone) ? 'files can be removed' : 'not possible: two test files stay'
  }
}

/** The steps up to the one that a put failed at. */
function* failedAt(reason: Failure): Generator<TriedStep, void, void> {
  const isWritten = ['rename-refused', 'verification-failed', 'remote-conflict'].includes(reason.code)
  if (!isWritten) return yield { step: 'write', result: fail(reason) }
  yield { step: 'write', result: ok('a file can be written') }
  if (reason.code === 'verification-failed') return yield { step: 'read-back', result: fail(reason) }
  yield { step: 'read-back', result: ok('and read back') }
  yield { step: 'rename', result: fail(reason) }
}

type Put = (bytes: Buffer, nameFor: (foreign: string | null) => string) => Promise<Result<PutResult>>

function putInto(channel: Channel, { root, hostKey, now, newId }: TryPutsOptions, scratch: string): Put {
  const book = createFactBook({ hostKey, root, newId, tell: async () => undefined })
  const context: Omit<PutContext, 'takeName'> = {
    folders: createFolders(root),
    facts: book.folder(channel.sftp, root),
    now,
    signal: new AbortController().signal,
    limits: { up: createRateLimit(now), down: createRateLimit(now) },
    emit: () => undefined,
    noteReached: async () => undefined,
  }
  return async (bytes, nameFor) => {
    const itemId = newId()
    const path = join(scratch, itemId)
    await writeFile(path, bytes)
    const { mtimeNs } = await stat(path, { bigint: true })
    const request: PutRequest = {
      nasId: '',
      itemId,
      attempt: 1,
      source: { path, fileName: itemId, sizeBytes: bytes.length, mtimeMs: wholeMs(mtimeNs) },
      sha256: createHash('sha256').update(bytes).digest('hex'),
      remoteDir: root,
      verify: 'read-back',
    }
    return putFile(channel, request, {
      ...context,
      takeName: async ({ foreign = null }) => ok({ fileName: nameFor(foreign) }),
    })
  }
}

function wayOfReplacing({ traits }: SftpRequests): string {
  if (traits.canReplace && traits.hasHardlink) return 'a design can be replaced, in one step; the old file is kept'
  return 'a design can be replaced, in two steps; the old file is kept'
}
