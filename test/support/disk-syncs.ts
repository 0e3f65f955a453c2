import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { promisify } from 'node:util'
import { expect, vi } from 'vitest'

const run = promisify(execFile)

/** What becomes of each sync: an error, or a wait of so many microseconds before it. */
type Disturbance = 'error=EIO' | `delay_enter=${number}`

/** From now on each sync of a process with its disk is disturbed, until the end. Needs root on Linux, and strace. */
export async function disturbSyncs(pid: number, disturbance: Disturbance): Promise<AsyncDisposable> {
  const inject = ['-e', 'trace=fdatasync,fsync', '-e', `inject=fdatasync,fsync:${disturbance}`]
  const strace = spawn('strace', ['-f', '-q', ...inject, '-p', String(pid)], { stdio: 'ignore' })
  const ended = once(strace, 'exit')
  await vi.waitFor(async () => {
    const { stdout } = await run('grep', ['TracerPid', `/proc/${pid}/status`])
    expect(stdout).toContain(String(strace.pid))
  }, 10_000)
  return {
    async [Symbol.asyncDispose]() {
      strace.kill('SIGINT')
      await ended
    },
  }
}
