import type { ConnectionStep, ConnectionStepResult, Finding } from '../../shared/domain/connection-test.ts'
import { type Failure, type FailureCode, failure } from '../../shared/domain/failure.ts'
import { fail, ok, type Result } from '../../shared/domain/result.ts'
import type { NasAccess } from '../../shared/worker/transfer.ts'
import type { Connection } from './connection/connection.ts'
import { type TryPutsOptions, tryPuts } from './try-puts.ts'

export interface ConnectionTestOptions extends Pick<TryPutsOptions, 'places'> {
  open(): Promise<Result<Connection>>
  readonly now: () => number
  readonly newId: () => string
  tell(step: ConnectionStepResult): void
}

/** Tries each step of using a NAS, by the way that uploads go, with two small files that are removed again; tells each
 *  result as it comes and ends with the first that fails. What the NAS cannot do and can be done without, is said. */
export async function tryConnection(
  access: NasAccess,
  { open, places, now, newId, tell }: ConnectionTestOptions,
): Promise<readonly ConnectionStepResult[]> {
  const results: ConnectionStepResult[] = []
  const report = (step: ConnectionStep, tried: Result<Finding>): void => {
    const result: ConnectionStepResult = tried.ok
      ? { step, ok: true, finding: tried.value, failure: null }
      : { step, ok: false, finding: null, failure: tried.failure }
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
  for (const [step, text] of opening) {
    report(step, !opened.ok && failedAt === step ? fail(opened.failure) : ok({ kind: 'text', text }))
    if (failedAt === step) return results
  }
  if (!opened.ok) return results

  const { hostKey } = opened.value
  await tryPuts(opened.value, { root, hostKey, places, now, newId, report })
  opened.value.destroy(failure('connection-lost', { says: 'idle' }))
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
  'sftp-off',
  'sftp-garbled',
  'session-refused',
])
