import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { vi } from 'vitest'
import { descendantsOf, signalProcess } from './processes.ts'

/** What a process holds: open files, handles of the event loop, timers, sockets, and listeners on all that lives. */
export type Held = Readonly<
  Record<'files' | 'handles' | 'timers' | 'sockets' | 'listeners' | 'signalListeners', number>
>

/** Processes started while it is there can be asked what they hold. */
export interface LeakProbe extends AsyncDisposable {
  /** Of the engine process and its workers, by what they are and their id. */
  held(enginePid: number): Promise<Record<string, Held>>
}

/** What is held now and was not before, a line each; a process that was not there before holds all it has. */
export function findMore(before: Record<string, Held>, now: Record<string, Held>): string[] {
  return Object.entries(now).flatMap(([name, held]) =>
    Object.entries(held).flatMap(([kind, count]) => {
      const had = before[name]?.[kind as keyof Held] ?? 0
      return count <= had ? [] : [`${name}: ${kind} ${had} -> ${count}`]
    }),
  )
}

/** Why processes cannot be asked here, for the report of a skipped test; null when they can. */
export function whyNoLeakProbe(): string | null {
  return process.platform === 'linux' ? null : 'counting open files needs Linux'
}

export async function startLeakProbe(): Promise<LeakProbe> {
  const folder = await mkdtemp(join(tmpdir(), 'galley-probe-'))
  const before = process.env.NODE_OPTIONS
  process.env.NODE_OPTIONS = `--import=${new URL('./leak-probe.ts', import.meta.url)}`
  process.env.GALLEY_LEAK_PROBE = folder

  const ask = async (pid: number): Promise<Held> => {
    const path = join(folder, `${pid}.json`)
    await rm(path, { force: true })
    signalProcess(pid, 'SIGUSR2')
    return vi.waitFor(async () => JSON.parse(await readFile(path, 'utf8')), 20_000)
  }
  return {
    async held(enginePid) {
      const found: Record<string, Held> = { engine: await ask(enginePid) }
      for (const { pid, command } of await descendantsOf(enginePid)) {
        const kind = /\/worker\/(\w+)\.[jt]s/.exec(command)?.[1]
        if (kind !== undefined) found[`${kind} ${pid}`] = await ask(pid)
      }
      return found
    },
    async [Symbol.asyncDispose]() {
      if (before === undefined) delete process.env.NODE_OPTIONS
      else process.env.NODE_OPTIONS = before
      delete process.env.GALLEY_LEAK_PROBE
      await rm(folder, { recursive: true, force: true })
    },
  }
}
