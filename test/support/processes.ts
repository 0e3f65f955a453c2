import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

export interface RunningProcess {
  readonly pid: number
  readonly command: string
}

/** The processes below `pid` now, itself not among them, parents before their children. */
export async function descendantsOf(pid: number): Promise<RunningProcess[]> {
  const { stdout } = await run('ps', ['-A', '-ww', '-o', 'pid=,ppid=,args='], { maxBuffer: 64 * 1024 * 1024 })
  const rows = stdout.split('\n').map((line) => {
    const [, own, parent, command = ''] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? []
    return { pid: Number(own), parent: Number(parent), command }
  })
  const found: RunningProcess[] = []
  for (let parents = new Set([pid]); parents.size > 0; ) {
    const children = rows.filter(({ parent }) => parents.has(parent))
    found.push(...children.map(({ pid, command }) => ({ pid, command })))
    parents = new Set(children.map((child) => child.pid))
  }
  return found
}

/** Sends a signal; false when the process has ended meanwhile. */
export function signalProcess(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
    throw error
  }
}

/** The command, so that on Linux the kernel ends its process when the test's process is gone, however it went. */
export function endingWithTest(program: string, ...args: string[]): readonly [string, ...string[]] {
  return process.platform === 'linux' ? ['setpriv', '--pdeathsig', 'KILL', program, ...args] : [program, ...args]
}

/** Is there a process with this id, whoever's? */
export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
