import { posix } from 'node:path'
import { describeFailure, type Failure, type FailureCode, failure } from '../../shared/domain/failure.ts'
import { fail, ok, type Result } from '../../shared/domain/result.ts'
import type { ConnectionStep, ConnectionStepResult, NasAccess } from '../../shared/worker/transfer.ts'
import type { Connection } from './connection/connection.ts'
import type { SftpRequests } from './connection/sftp-requests.ts'
import { type Fault, refusalFailure } from './failures.ts'
import { makeFolder } from './put/folders.ts'

/** Tries each step of using a NAS, with a probe file that is removed again; tells each result as it comes and ends with
 *  the first that fails. */
export async function tryConnection(
  access: NasAccess,
  open: () => Promise<Result<Connection>>,
  probeId: string,
  tell: (step: ConnectionStepResult) => void,
): Promise<readonly ConnectionStepResult[]> {
  const results: ConnectionStepResult[] = []
  const report = (step: ConnectionStep, good: string, bad: Failure | null): void => {
    const result = { step, ok: bad === null, detail: bad === null ? good : describeFailure(bad), failure: bad }
    results.push(result)
    tell(result)
  }
  const { host, port, user, root } = access.nas
  const opened = await open()
  const failedAt = opened.ok ? null : stepOf(opened.failure)
  const opening: readonly (readonly [ConnectionStep, string])[] = [
    ['reach', `${host}:${port}`],
    ['host-key', opened.ok ? opened.value.hostKey : ''],
    ['sign-in', user],
  ]
  for (const [step, good] of opening) {
    report(step, good, !opened.ok && failedAt === step ? opened.failure : null)
    if (failedAt === step) return results
  }
  if (!opened.ok) return results

  const { sftp } = opened.value
  const steps: readonly (readonly [ConnectionStep, () => Promise<Result<string>>])[] = probeSteps(sftp, root, probeId)
  for (const [step, run] of steps) {
    const result = await run()
    report(step, result.ok ? result.value : '', result.ok ? null : result.failure)
    if (!result.ok) break
  }
  opened.value.destroy(failure('connection-lost', 'the test has ended'))
  return results
}

/** The step at which a connection that could not be opened failed. */
function stepOf({ code }: Failure): ConnectionStep {
  if (code === 'host-key-unknown' || code === 'host-key-changed') return 'host-key'
  return AT_SIGN_IN.has(code) ? 'sign-in' : 'reach'
}

const AT_SIGN_IN: ReadonlySet<FailureCode> = new Set([
  'needs-sign-in',
  'code-wanted',
  'password-expired',
  'key-unusable',
  'key-locked',
  'sign-in-slow',
])

function probeSteps(
  sftp: SftpRequests,
  root: string,
  probeId: string,
): readonly (readonly [ConnectionStep, () => Promise<Result<string>>])[] {
  const part = posix.join(root, `.galley-probe-${probeId}.part`)
  const final = posix.join(root, `.galley-probe-${probeId}`)
  const bytes = Buffer.from('Galley tried whether it can write here. This file may be deleted.\n')
  const explain = async (fault: Fault): Promise<Result<never>> =>
    fail(await refusalFailure(fault, root, bytes.length, () => sftp.space(root)))

  return [
    [
      'folder',
      async () => {
        const made = await makeFolder(sftp, root)
        return made.ok ? ok(root) : made
      },
    ],
    [
      'write',
      async () => {
        const handle = await sftp.open(part, 'new')
        if (!handle.ok) return explain(handle.fault)
        const written = await sftp.write(handle.value, bytes, 0)
        await sftp.close(handle.value)
        if (written.ok) return ok('a file can be written')
        await sftp.unlink(part)
        return explain(written.fault)
      },
    ],
    [
      'rename',
      async () => {
        const renamed = await sftp.rename(part, final)
        const removed = await sftp.unlink(renamed.ok ? final : part)
        if (!renamed.ok) return explain(renamed.fault)
        return removed.ok ? ok('a file can be renamed and removed') : explain(removed.fault)
      },
    ],
    [
      'durable',
      async () =>
        ok(sftp.traits.hasFsync ? 'files are synced to its disk' : 'not durable: it may lose files in a power cut'),
    ],
    [
      'space',
      async () => {
        const space = await sftp.space(root)
        return ok(space === null ? 'free space unknown' : `${(space.freeBytes / 1e9).toFixed(1)} GB free`)
      },
    ],
  ]
}
