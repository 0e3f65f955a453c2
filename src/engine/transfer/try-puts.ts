import { posix } from 'node:path'
import type { ConnectionStep, Finding, FindingCode } from '../../shared/domain/connection-test.ts'
import { type Failure, failure } from '../../shared/domain/failure.ts'
import { otherPlace } from '../../shared/domain/place.ts'
import { fail, ok, type Result } from '../../shared/domain/result.ts'
import type { PlaceMark, ShopPlaces } from '../../shared/worker/transfer.ts'
import type { Channel } from './connection/channels.ts'
import type { SftpRequests } from './connection/sftp-requests.ts'
import { makeFolder } from './put/folders.ts'
import { readPlace } from './put/place-mark.ts'
import { type PutBytesOptions, puttingBytes } from './put/put-bytes.ts'
import { placeOf, tryReplace } from './put/set-aside.ts'

const WORDS = 'Galley tried whether it can store files here. This file may be deleted.\n'
/** More than a server takes in one write that only says that it takes more. */
const LARGER_BYTES = 150_000

export interface TryPutsOptions extends PutBytesOptions {
  /** In which the shop's designs lie; undefined where nobody knows. */
  readonly places: ShopPlaces | undefined
  report(step: ConnectionStep, tried: Result<Finding>): void
}

/** Puts two small files into the root as uploads are put, the second with its first name taken by the first, and tells what
 *  that shows. Ends with the step that fails. Nothing is left behind where files may be removed. */
export async function tryPuts(channel: Channel, options: TryPutsOptions): Promise<void> {
  const { sftp } = channel
  const { root, newId, report } = options
  const made = await makeFolder(sftp, root, root)
  report('folder', made.ok ? ok({ kind: 'text', text: root }) : made)
  if (!made.ok || !(await tryPlace(sftp, options))) return

  const id = newId()
  const [first, second] = [`galley-test-${id}.png`, `galley-test-${id}-2.png`]
  await puttingBytes(channel, options, async (put) => {
    const small = Buffer.from(WORDS)
    const larger = Buffer.from(WORDS.repeat(Math.ceil(LARGER_BYTES / WORDS.length)))
    const one = await put(small, () => ok({ fileName: first }))
    const two = one.ok ? await put(larger, (foreign) => ok({ fileName: foreign === null ? first : second })) : one
    if (!two.ok) return reportFailed(two.failure, report)
    report('write', found('written'))
    const { verifiedBy, durable, mayCollide } = two.value
    report('read-back', found(verifiedBy === 'size' ? 'not-readable' : 'read-back'))
    const kept = await sftp.lstat(posix.join(root, first))
    const isKept = kept.ok && kept.value.size === small.length && two.value.fileName === second
    const replaced = fail(failure('remote-conflict', { says: 'was-replaced', fileName: first }))
    report('rename', isKept ? found('name-kept') : replaced)
    if (!isKept) return
    report('two-at-once', found(mayCollide ? 'may-collide' : 'name-guarded'))
    const replaceable = await tryReplace(sftp, placeOf({ remoteDir: root, itemId: id }, first, 'hidden'))
    report('replace', found(replaceable.ok ? wayOfReplacing(sftp) : 'no-replace'))
    report('remove', found((await removeBoth()) ? 'removed' : 'no-remove'))
    report('durable', found(durable ? 'durable' : 'not-durable'))
    const space = await sftp.space(root)
    report('space', space === null ? found('space-unknown') : ok({ kind: 'free', bytes: space.freeBytes }))
  }).finally(removeBoth)

  async function removeBoth(): Promise<boolean> {
    const removed = await Promise.all([first, second].map((name) => sftp.unlink(posix.join(root, name))))
    return removed.every(({ ok: isGone }) => isGone)
  }
}

/** Is it the folder in which the shop's designs lie, as far as anybody knows that? */
async function tryPlace(sftp: SftpRequests, { root, places, report }: TryPutsOptions): Promise<boolean> {
  if (places === undefined) return true
  const seen = await readPlace(sftp, root)
  const tried = seen.ok ? whichPlace(seen.value.ids, places, root) : seen
  report('place', tried)
  return tried.ok
}

function whichPlace(marked: PlaceMark['ids'], { ids, isProven }: ShopPlaces, root: string): Result<Finding> {
  if (ids.length === 0) return found('place-new')
  if (marked.some((id) => ids.includes(id))) return found('place-known')
  if (marked.length === 0 && !isProven) return found('place-further')
  return fail(failure('place-other', otherPlace(root, marked[0] ?? null)))
}

/** The steps up to the one that a put failed at. */
function reportFailed(reason: Failure, report: TryPutsOptions['report']): void {
  const isNaming = reason.code === 'rename-refused' || reason.code === 'remote-conflict'
  const step = reason.code === 'verification-failed' ? 'read-back' : isNaming ? 'rename' : 'write'
  if (step !== 'write') report('write', found('written'))
  if (step === 'rename') report('read-back', found('read-back'))
  report(step, fail(reason))
}

function wayOfReplacing({ traits }: SftpRequests): FindingCode {
  return traits.canReplace && traits.hasHardlink ? 'replaces-in-one' : 'replaces-in-two'
}

function found(code: FindingCode): Result<Finding> {
  return ok({ kind: 'code', code })
}
