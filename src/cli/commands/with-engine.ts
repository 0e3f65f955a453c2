import { existsSync } from 'node:fs'
import { describeRebuilt } from '../../shared/domain/rebuilt.ts'
import type { EngineContract } from '../../shared/ipc/engine.ts'
import type { Peer } from '../../shared/worker/peer.ts'
import { CliError, orEnd, usageError } from '../cli-error.ts'
import { type EngineSession, openEngine } from '../engine-session.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { printable } from '../printable.ts'
import { createSecrets, type Secrets } from '../secrets.ts'
import type { Speech } from '../speech.ts'

export interface CommonOptions {
  readonly dataDir: string
  readonly json: boolean
  readonly speech: Speech
}

export interface CommandContext {
  readonly session: EngineSession
  readonly secrets: Secrets
  /** Aborted by the first Ctrl-C. */
  readonly interrupt: AbortSignal
}

/** Runs a command on an engine of its own, which works once the command lets it `begin`. Ctrl-C once finishes the
 *  files in flight and keeps the rest; twice stops. */
export async function withEngine(
  options: CommonOptions,
  command: (context: CommandContext) => Promise<ExitCode>,
): Promise<ExitCode> {
  const secrets = createSecrets(options.dataDir)
  const gaveUp = Promise.withResolvers<never>()
  const interrupt = new AbortController()
  const session = await openEngine(options.dataDir, secrets, interrupt.signal, (reason) =>
    gaveUp.reject(new CliError(`${reason} See ${options.dataDir}/logs.`, EXIT.fault, 'internal')),
  )
  const onSignal = (): void => {
    if (interrupt.signal.aborted) process.exit(130)
    console.error('\nFinishing the files in flight; Ctrl-C again stops at once.')
    interrupt.abort()
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
  try {
    await tellRebuilt(session)
    const code = await Promise.race([command({ session, secrets, interrupt: interrupt.signal }), gaveUp.promise])
    await tellRecordsKept(session)
    return code
  } finally {
    await session.close()
    process.off('SIGINT', onSignal)
    process.off('SIGTERM', onSignal)
  }
}

/** Runs a command that only looks: the queue stays as it is, and a folder without data stays as it is, too. */
export async function look(
  options: CommonOptions,
  command: (engine: Peer<EngineContract>, interrupt: AbortSignal, secrets: Secrets) => Promise<ExitCode>,
): Promise<ExitCode> {
  if (!existsSync(options.dataDir)) throw usageError(`There is no data folder ${options.dataDir}`)
  return withEngine(options, ({ session, interrupt, secrets }) => command(session.engine(), interrupt, secrets))
}

/** Said once, of what came to light while the command ran. */
async function tellRecordsKept({ engine }: EngineSession): Promise<void> {
  const status = await engine().call('status', null)
  if (!status.ok || status.value.recordsKeptIn === null) return
  console.error(
    printable(
      `The records on this computer did not open and are kept in ${status.value.recordsKeptIn}. They are filled again from ` +
        'what Galley knows. Nothing is lost.',
    ),
  )
  await engine().call('recordsKeptSeen', null)
}

/** Said once, before anything else: what a person should do may be to drop files again. */
async function tellRebuilt({ engine }: EngineSession): Promise<void> {
  const { rebuilt } = orEnd(await engine().call('status', null))
  if (rebuilt === null) return
  for (const line of describeRebuilt(rebuilt)) console.error(printable(line))
  await engine().call('rebuiltSeen', null)
}
