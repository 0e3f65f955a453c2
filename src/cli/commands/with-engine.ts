import type { EngineContract } from '../../shared/ipc/engine.ts'
import type { Peer } from '../../shared/worker/peer.ts'
import { CliError } from '../cli-error.ts'
import { type EngineSession, openEngine } from '../engine-session.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { createSecrets, type Secrets } from '../secrets.ts'

export interface CommonOptions {
  readonly dataDir: string
  readonly json: boolean
}

export interface CommandContext {
  readonly session: EngineSession
  readonly secrets: Secrets
  /** Aborted by the first Ctrl-C. */
  readonly interrupt: AbortSignal
}

/** Runs a command on an engine of its own. Ctrl-C once finishes the files in flight and keeps the rest; twice stops. */
export async function withEngine(
  options: CommonOptions,
  command: (context: CommandContext) => Promise<ExitCode>,
  mode: 'working' | 'idle' = 'working',
): Promise<ExitCode> {
  const secrets = createSecrets(options.dataDir)
  const gaveUp = Promise.withResolvers<never>()
  const session = await openEngine(options.dataDir, secrets, mode, (reason) =>
    gaveUp.reject(new CliError(`${reason} See ${options.dataDir}/logs.`, EXIT.fault, 'internal')),
  )
  const interrupt = new AbortController()
  const onSignal = (): void => {
    if (interrupt.signal.aborted) process.exit(130)
    console.error('\nFinishing the files in flight; Ctrl-C again stops at once.')
    interrupt.abort()
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
  try {
    return await Promise.race([command({ session, secrets, interrupt: interrupt.signal }), gaveUp.promise])
  } finally {
    await session.close()
    process.off('SIGINT', onSignal)
    process.off('SIGTERM', onSignal)
  }
}

/** The command that goes on with what waits in this data folder. */
export function resumeCommand({ dataDir }: CommonOptions): string {
  return `npm run -s galley -- resume --data-dir ${/\s/.test(dataDir) ? JSON.stringify(dataDir) : dataDir}`
}

/** Runs a command that only looks: the queue stays as it is. */
export function withIdleEngine(
  options: CommonOptions,
  command: (engine: Peer<EngineContract>) => Promise<ExitCode>,
): Promise<ExitCode> {
  return withEngine(options, ({ session }) => command(session.engine()), 'idle')
}
