import { fork } from 'node:child_process'
import { join } from 'node:path'

const PATIENCE_MS = 60_000

/** Starts each process of a packed app on its own files, and asks each for an answer that needs its packages. What is
 *  said of those that fail. */
export async function startPackedProcesses(entries: string, folder: string): Promise<string[]> {
  const asked = [
    // Its diagnosis opens the catalog and starts an imaging and a transfer worker.
    ask(entries, 'engine', [join(folder, 'data')], 'diagnose', null),
    ask(entries, 'records', [], 'start', { folder: join(folder, 'records') }),
    ask(entries, 'practice', [], 'start', { folder: join(folder, 'practice') }),
  ]
  return (await Promise.all(asked)).filter((fault) => fault !== null)
}

function ask(entries: string, name: string, args: string[], method: string, input: unknown): Promise<string | null> {
  const child = fork(join(entries, `${name}.js`), args, { serialization: 'advanced', execArgv: [], stdio: 'pipe' })
  let printed = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (printed += String(chunk)))
  return new Promise((resolve) => {
    const settle = (fault: string | null): void => {
      clearTimeout(timer)
      // A worker ends when its parent does, and by no signal that a whole group may get.
      child.kill('SIGKILL')
      resolve(fault)
    }
    const timer = setTimeout(
      () => settle(`${name}: no answer to ${method} within ${PATIENCE_MS} ms\n${printed}`),
      PATIENCE_MS,
    )
    child.once('exit', (code) => settle(`${name}: ended with ${code}\n${printed}`))
    child.on('message', (message) => {
      const { t, result } = message as {
        t: string
        result?: { ok: boolean; failure?: unknown }
      }
      if (t !== 'end') return
      settle(result?.ok === true ? null : `${name}: ${JSON.stringify(result?.failure)}\n${printed}`)
    })
    child.send({ t: 'call', id: 1, method, input })
  })
}
