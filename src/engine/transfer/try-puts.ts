import { createHash } from 'node:crypto'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, posix } from 'node:path'
import type { ConnectionStep, Finding, FindingCode } from '../../shared/domain/connection-test.ts'
import { type Failure, failure } from '../../shared/domain/failure.ts'
import { fail, ok, type Result } from '../../shared/domain/result.ts'
import type { PutRequest, PutResult } from '../../shared/worker/transfer.ts'
import { wholeMs } from '../whole-ms.ts'
import type { Channel } from './connection/channels.ts'
import type { SftpRequests } from './connection/sftp-requests.ts'
import { createFactBook } from './put/folder-facts.ts'
import { makeFolder } from './put/folders.ts'
import { type PutContext, putFile } from './put/put-file.ts'
import { placeOf, tryReplace } from './put/set-aside.ts'

const WORDS = 'Galley tried whether it can store files here. This file may be deleted.\n'
/** More than a server takes in one write that only says that it takes more. */
const LARGER_BYTES = 150_000

export interface TriedStep {
  readonly step: ConnectionStep
  readonly result: Result<Finding>
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
  yield { step: 'folder', result: made.ok ? ok({ kind: 'text', text: root }) : made }
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
    yield { step: 'write', result: found('written') }
    const { verifiedBy, durable, mayCollide } = two.value
    yield { step: 'read-back', result: found(verifiedBy === 'size' ? 'not-readable' : 'read-back') }
    const kept = await sftp.lstat(posix.join(root, first))
    const isKept = kept.ok && kept.value.size === small.length && two.value.fileName === second
    const replaced = fail(failure('remote-conflict', `${first} was replaced by a file of the same name`))
    yield { step: 'rename', result: isKept ? found('name-kept') : replaced }
    if (!isKept) return
    yield { step: 'two-at-once', result: found(mayCollide ? 'may-collide' : 'name-guarded') }
    const replaceable = await tryReplace(sftp, placeOf({ remoteDir: root, itemId: id }, first, 'hidden'))
    yield { step: 'replace', result: found(replaceable.ok ? wayOfReplacing(sftp) : 'no-replace') }
    yield { step: 'remove', result: found((await removeBoth()) ? 'removed' : 'no-remove') }
    yield { step: 'durable', result: found(durable ? 'durable' : 'not-durable') }
    const space = await sftp.space(root)
    yield {
      step: 'space',
      result: space === null ? found('space-unknown') : ok({ kind: 'free', bytes: space.freeBytes }),
    }
  } finally {
    await removeBoth()
    await rm(scratch, { recursive: true, force: true })
  }

  async function removeBoth(): Promise<boolean> {
    const removed = await Promise.all([first, second].map((name) => sftp.unlink(posix.join(root, name))))
    return removed.every(({ ok: isGone }) => isGone)
  }
}

/** The steps up to the one that a put failed at. */
function* failedAt(reason: Failure): Generator<TriedStep, void, void> {
  const isWritten = ['rename-refused', 'verification-failed', 'remote-conflict'].includes(reason.code)
  if (!isWritten) return yield { step: 'write', result: fail(reason) }
  yield { step: 'write', result: found('written') }
  if (reason.code === 'verification-failed') return yield { step: 'read-back', result: fail(reason) }
  yield { step: 'read-back', result: found('read-back') }
  yield { step: 'rename', result: fail(reason) }
}

type Put = (bytes: Buffer, nameFor: (foreign: string | null) => string) => Promise<Result<PutResult>>

function putInto(channel: Channel, { root, hostKey, now, newId }: TryPutsOptions, scratch: string): Put {
  const book = createFactBook({ hostKey, root, newId, tell: async () => undefined })
  const context: Omit<PutContext, 'takeName'> = {
    facts: book.folder(channel.sftp, root),
    now,
    signal: new AbortController().signal,
    emit: () => undefined,
    noteReached: async () => undefined,
    noteClaim: async () => ok(null),
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

function wayOfReplacing({ traits }: SftpRequests): FindingCode {
  return traits.canReplace && traits.hasHardlink ? 'replaces-in-one' : 'replaces-in-two'
}

function found(code: FindingCode): Result<Finding> {
  return ok({ kind: 'code', code })
}
