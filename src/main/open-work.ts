import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { safeStorage } from 'electron'
import { ok } from '../shared/domain/result.ts'
import { SECRET_KINDS, type SecretKind } from '../shared/domain/shop.ts'
import type { EngineDelta } from '../shared/ipc/engine.ts'
import { describeDetail } from '../shared/texts/details-en.ts'
import { type FileLog, openFileLog } from '../worker/file-log.ts'
import { followEngine } from './background/follow-engine.ts'
import { applyDelta, applyEngineState, EMPTY_SUMMARY, type Summary } from './background/summary.ts'
import { openPracticeShop, PRACTICE_SHOP_ID, type PracticeShop } from './practice/practice-shop.ts'
import { openSecretStore, type SecretStore, type Vault } from './secrets/secret-store.ts'
import { systemVault } from './secrets/system-vault.ts'
import { type EngineProcess, superviseEngine } from './supervisor/engine-process.ts'
import type { Timing } from './supervisor/supervise.ts'
import type { MainTexts } from './texts/main-en.ts'

/** What works behind the window: the engine, the practice shop, the secrets they need, and what is known of them. */
export interface Work {
  readonly dataDir: string
  readonly log: FileLog
  readonly timing: Timing
  readonly engine: EngineProcess
  readonly practice: PracticeShop
  readonly secrets: SecretStore
  readonly vault: Vault
  readonly follow: { begin(): void }
  summary(): Summary
  /** Ends every process, then the log. */
  stop(): Promise<void>
}

/** Sets up the work over `dataDir`, which the CLI shares; nothing runs until `engine.start()`. */
export function openWork(options: {
  readonly dataDir: string
  readonly entries: string
  readonly platform: NodeJS.Platform
  onSummary(before: Summary, after: Summary): void
  onDelta(delta: EngineDelta): void
  texts(): MainTexts
}): Work {
  const { dataDir, entries } = options
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const log = openFileLog(join(dataDir, 'logs'), 'main', Date.now)
  const timing = systemTiming()
  const forking = { entries, onLine: (process: string, text: string) => log.info('output', { process, text }) }
  const vault = systemVault(safeStorage, options.platform)
  const secrets = openSecretStore(join(dataDir, 'secrets.json'), vault)

  let summary = EMPTY_SUMMARY
  const change = (after: Summary): void => {
    const before = summary
    summary = after
    options.onSummary(before, after)
  }

  const engine = superviseEngine({
    dataDir,
    forking,
    timing,
    log,
    handlers: {
      async secret({ shopId, kind }) {
        if (!isSecretKind(kind)) return ok(null)
        return ok(await (shopId === PRACTICE_SHOP_ID ? practice.secret(kind) : secrets.get(shopId, kind)))
      },
    },
    onState(state) {
      change(applyEngineState(summary, state.state === 'running' ? { state: 'running' } : state))
      if (state.state !== 'running') return
      follow.begin()
      void resumePractice()
    },
  })
  const practice = openPracticeShop({
    folder: join(dataDir, 'practice'),
    shopName: () => options.texts().practiceShop,
    ...{ engine, forking, timing, log },
  })
  const follow = followEngine(engine, (delta) => {
    change(applyDelta(summary, delta))
    options.onDelta(delta)
  })

  /** Who practised before finds the practice NAS running again, so that unfinished uploads go on. */
  const resumePractice = async (): Promise<void> => {
    const shops = await engine.call('listShops', null)
    if (!shops.ok || shops.value.every(({ shop }) => shop.id !== PRACTICE_SHOP_ID)) return
    const started = await practice.start()
    if (!started.ok)
      log.error('practice-not-started', { code: started.failure.code, detail: describeDetail(started.failure.detail) })
  }

  return {
    dataDir,
    log,
    timing,
    engine,
    practice,
    secrets,
    vault,
    follow,
    summary: () => summary,
    async stop() {
      await Promise.all([engine.stop(), practice.stop()])
      await log.close()
    },
  }
}

function systemTiming(): Timing {
  return {
    monotonic: () => performance.now(),
    after(ms, run) {
      const timer = setTimeout(run, ms)
      return () => clearTimeout(timer)
    },
  }
}

function isSecretKind(kind: string): kind is SecretKind {
  return (SECRET_KINDS as readonly string[]).includes(kind)
}
