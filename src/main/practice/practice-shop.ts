import { failure } from '../../shared/domain/failure.ts'
import { fail, ok, type Result } from '../../shared/domain/result.ts'
import { DEFAULT_NAME_PATTERN, type SecretKind, type Template } from '../../shared/domain/shop.ts'
import type { PracticeContract, PracticePlace } from '../../shared/ipc/practice.ts'
import type { Log } from '../../shared/worker/log.ts'
import { ENGINE_RESTART_LIMITS } from '../../shared/worker/restart-policy.ts'
import type { EngineProcess } from '../supervisor/engine-process.ts'
import { supervise, type Timing } from '../supervisor/supervise.ts'
import { type Forking, forkUtility, supervisedChild } from '../supervisor/utility-child.ts'

export const PRACTICE_SHOP_ID = 'practice'

const PRACTICE_TEMPLATE: Template = {
  id: 'practice-uvdtf-16oz',
  shopId: PRACTICE_SHOP_ID,
  name: 'UVDTF 16oz',
  widthInches: 9.5,
  heightInches: 4.3,
  dpi: 300,
  fit: 'contain',
  namePattern: DEFAULT_NAME_PATTERN,
}

export interface PracticeShop {
  /** Starts the practice NAS and backend, sets up the shop at the engine, and settles when both can be used. */
  start(): Promise<Result<{ readonly shopId: string }>>
  /** The practice place makes its own secrets; they are kept nowhere else. Waits until it has started, so that work of
   *  the last time does not find it closed. */
  secret(kind: SecretKind): Promise<string | null>
  stop(): Promise<void>
}

/** The practice shop: a NAS and a backend in a process of this computer, over `folder`. */
export function openPracticeShop(options: {
  readonly folder: string
  /** What it is called when it is made. */
  shopName(): string
  readonly engine: EngineProcess
  readonly forking: Forking
  readonly timing: Timing
  readonly log: Log
}): PracticeShop {
  const { engine, folder, forking } = options
  let place: PracticePlace | null = null
  const firstStart = Promise.withResolvers<void>()
  let setUp: Promise<Result<null>> = Promise.resolve(fail(failure('worker-gone')))

  const practice = supervise<Record<never, never>, PracticeContract, PracticePlace>({
    name: 'practice',
    fork: () => supervisedChild(forkUtility(forking, 'practice')),
    handlers: {},
    ready: (peer) => peer.call('start', { folder }),
    limits: ENGINE_RESTART_LIMITS,
    readyTimeoutMs: 60_000,
    stopBudgetMs: 5_000,
    timing: options.timing,
    log: options.log,
    onState(state) {
      if (state.state !== 'running') return
      place = state.ready
      // Its ports are others after each start, so the shop is told of them each time.
      setUp = introduce(engine, state.ready, options.shopName())
    },
  })

  return {
    async start() {
      practice.start()
      const running = await practice.call('start', { folder })
      const introduced = running.ok ? await setUp : running
      firstStart.resolve()
      return introduced.ok ? ok({ shopId: PRACTICE_SHOP_ID }) : introduced
    },
    async secret(kind) {
      await firstStart.promise
      if (kind === 'nas-password') return place?.password ?? null
      return kind === 'backend-token' ? (place?.token ?? null) : null
    },
    stop: () => practice.stop(),
  }
}

/** Tells the engine where the practice shop is now; a template that the person changed is left alone. */
async function introduce(engine: EngineProcess, place: PracticePlace, shopName: string): Promise<Result<null>> {
  const { nas, fingerprint, backendUrl } = place
  const shops = await engine.call('listShops', null)
  if (!shops.ok) return shops
  const known = shops.value.find(({ shop }) => shop.id === PRACTICE_SHOP_ID)
  const steps = [
    () => engine.call('trustHostKey', { host: nas.host, port: nas.port, fingerprint }),
    () =>
      engine.call('saveShop', {
        ...known?.shop,
        id: PRACTICE_SHOP_ID,
        name: known?.shop.name ?? shopName,
        kind: 'practice',
        nas,
        backendUrl,
      }),
    ...(known === undefined || known.templates.length === 0
      ? [() => engine.call('saveTemplate', PRACTICE_TEMPLATE)]
      : []),
    () => engine.call('secretsChanged', { shopId: PRACTICE_SHOP_ID }),
  ]
  for (const step of steps) {
    const done = await step()
    if (!done.ok) return done
  }
  return ok(null)
}
