import { randomUUID } from 'node:crypto'
import { forkChild } from '../../src/engine/workers/fork-child.ts'
import { describeFailure } from '../../src/shared/domain/failure.ts'
import { ok, type Result } from '../../src/shared/domain/result.ts'
import { DEFAULT_NAME_PATTERN, type Nas, type SecretKind } from '../../src/shared/domain/shop.ts'
import type { EngineContract, EngineHostContract } from '../../src/shared/ipc/engine.ts'
import { createPeer, type Peer } from '../../src/shared/worker/peer.ts'
import type { ExitInfo } from '../../src/shared/worker/port.ts'
import { entryOf } from './entries.ts'
import { signalProcess } from './processes.ts'
import type { Sshd } from './sshd.ts'

/** The engine process with its workers, as the app and the CLI run it. */
export interface TestEngine extends AsyncDisposable {
  readonly pid: number
  readonly peer: Peer<EngineContract>
  /** Sends the signal; settles when it has ended. */
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<ExitInfo>
}

/** `entry` is the engine of another version. */
export function startEngine(
  dataDir: string,
  secrets: Readonly<Partial<Record<SecretKind, string>>> = {},
  entry = entryOf('worker/engine'),
): TestEngine {
  const child = forkChild(entry, [dataDir])
  if (child.pid === undefined) throw new Error('the engine process does not start')
  const peer = createPeer<EngineHostContract, EngineContract>(child.port, {
    secret: ({ kind }) => ok(secrets[kind as SecretKind] ?? null),
  })
  const { pid } = child
  return {
    pid,
    peer,
    end(signal) {
      signalProcess(pid, signal)
      return child.exited
    },
    async [Symbol.asyncDispose]() {
      peer.close()
      await child.exited
    },
  }
}

/** What a shop has to know of its NAS. */
type ShopNas = Pick<Sshd, 'host' | 'port' | 'nas' | 'hostKeyFingerprint'>

/** Makes a shop with one template on a real NAS that it trusts, unless it is to be a stranger. */
export async function addShop(
  { peer }: Pick<TestEngine, 'peer'>,
  parts: { sshd: ShopNas; backendUrl: string | null; nas?: Nas; isTrusted?: boolean },
): Promise<{ readonly shopId: string; readonly templateId: string }> {
  const { sshd, backendUrl, nas = sshd.nas, isTrusted = true } = parts
  const shopId = randomUUID()
  const { host, port, hostKeyFingerprint } = sshd
  expectOk(await peer.call('saveShop', { id: shopId, name: 'Test shop', kind: 'real', nas, backendUrl }))
  const print = {
    widthInches: 9,
    heightInches: 4,
    dpi: 300,
    fit: 'contain',
    namePattern: DEFAULT_NAME_PATTERN,
  } as const
  // A workstation that joins others gets theirs, which is the same.
  const { templateId } = expectOk(
    await peer.call('saveTemplate', { id: randomUUID(), shopId, name: 'UVDTF 16oz', ...print }),
  )
  if (isTrusted) expectOk(await peer.call('trustHostKey', { host, port, fingerprint: hostKeyFingerprint }))
  return { shopId, templateId }
}

/** The value of a result that must be good. */
export function expectOk<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(describeFailure(result.failure))
  return result.value
}
