import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test, vi } from 'vitest'
import { openConnection } from '../../src/engine/transfer/connection/connection.ts'
import { createRateLimits } from '../../src/engine/transfer/connection/rate-limit.ts'
import { DEFAULT_DEADLINES } from '../../src/engine/transfer/connection/settings.ts'
import { failure } from '../../src/shared/domain/failure.ts'
import { expectOk } from '../support/engine.ts'
import { type Sshd, startSshd } from '../support/sshd.ts'
import { accessTo, failsWith } from '../support/transfer-worker.ts'

const run = promisify(execFile)

interface HostKeys extends AsyncDisposable {
  readonly config: readonly string[]
  /** By type. */
  readonly fingerprints: ReadonlyMap<string, string>
}

/** Host keys beside the ed25519 key that the fixture has. */
async function makeHostKeys(...types: readonly string[]): Promise<HostKeys> {
  const folder = await mkdtemp(join(tmpdir(), 'galley-host-keys-'))
  const fingerprints = new Map<string, string>()
  for (const type of types) {
    const path = join(folder, type)
    await run('ssh-keygen', ['-q', '-t', type, '-N', '', '-f', path])
    const { stdout } = await run('ssh-keygen', ['-lf', path])
    fingerprints.set(type, stdout.split(' ')[1] ?? '')
  }
  return {
    config: types.map((type) => `HostKey ${join(folder, type)}`),
    fingerprints,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
}

/** Connections that were ended before anybody signed in. */
const turnedAway = (sshd: Sshd): number => sshd.log().match(/\[preauth\]/g)?.length ?? 0

test.for(['rsa', 'ecdsa'])(
  '[host key of another type] the trusted %s key is asked for beside others, and at once the next time',
  async (type) => {
    await using keys = await makeHostKeys('rsa', 'ecdsa')
    await using sshd = await startSshd({ config: keys.config })
    const hostKey = keys.fingerprints.get(type) ?? ''
    const settings = {
      deadlines: DEFAULT_DEADLINES,
      keyTypes: new Map(),
      limits: createRateLimits(() => performance.now()),
    }
    const open = async (): Promise<string> => {
      const connection = expectOk(await openConnection(accessTo(sshd, { hostKey }), settings, () => performance.now()))
      connection.destroy(failure('connection-lost', 'the test has ended'))
      return connection.hostKey
    }
    expect(await open()).toBe(hostKey)
    const before = turnedAway(sshd)
    expect(before).toBeGreaterThan(0)
    expect(await open()).toBe(hostKey)
    expect(turnedAway(sshd)).toBe(before)
  },
)

test('[host key changed] a NAS none of whose keys is the trusted one: each is looked at once, nobody signs in', async () => {
  await using keys = await makeHostKeys('rsa', 'ecdsa')
  await using sshd = await startSshd({ config: keys.config })
  const settings = {
    deadlines: DEFAULT_DEADLINES,
    keyTypes: new Map(),
    limits: createRateLimits(() => performance.now()),
  }
  const access = accessTo(sshd, { hostKey: `SHA256:${'A'.repeat(43)}` })
  const result = await openConnection(access, settings, () => performance.now())
  expect(result).toEqual(failsWith('host-key-changed', `${sshd.hostKeyFingerprint} (ssh-ed25519)`))
  // The log comes by another way than the answer.
  await vi.waitFor(() => expect(turnedAway(sshd)).toBe(3))
  expect(sshd.log()).not.toContain('Accepted')
})
