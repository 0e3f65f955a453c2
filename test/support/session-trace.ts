import { execFile, spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { endingWithTest, signalProcess } from './processes.ts'
import type { Sshd } from './sshd.ts'

/** What a session of the server asked of its operating system about one file that it had open for writing. */
export interface FileTrace {
  /** The name that it was opened under. */
  readonly path: string
  /** In order; writes that follow one another are one. `link` and `unlink` are of that name. */
  readonly calls: readonly string[]
}

/** Why `traceSessions` cannot work here, for the report of a skipped test; null when it can. */
export async function whyNoTrace(): Promise<string | null> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'tracing the server needs root on Linux'
  return promisify(execFile)('strace', ['-V']).then(
    () => null,
    () => 'strace is not installed',
  )
}

/** Follows the system calls of all sessions that the server begins from now on. `end` tells what they did. */
export async function traceSessions(sshd: Sshd): Promise<{ end(): Promise<FileTrace[]> }> {
  const folder = await mkdtemp(join(tmpdir(), 'galley-trace-'))
  const calls = 'openat,write,pwrite64,fsync,fdatasync,link,linkat,unlink,unlinkat,rename,renameat,renameat2,close'
  const options = ['-ff', '-s', '0', '-e', `trace=${calls}`, '-o', join(folder, 'session')]
  const [program, ...args] = endingWithTest('strace', ...options, '-p', String(sshd.pid))
  const tracer = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] })
  const ended = new Promise<void>((resolve) => tracer.once('exit', () => resolve()))
  await new Promise<void>((resolve, reject) => {
    let said = ''
    tracer.stderr.on('data', (data: Buffer) => {
      said += data.toString()
      if (said.includes('attached')) resolve()
    })
    tracer.once('exit', () => reject(new Error(said)))
  })
  return {
    async end() {
      if (tracer.pid !== undefined) signalProcess(tracer.pid, 'SIGTERM')
      await ended
      const names = await readdir(folder)
      const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')))
      await rm(folder, { recursive: true })
      return texts.flatMap((text) => filesOf(text, sshd.root))
    },
  }
}

function filesOf(trace: string, root: string): FileTrace[] {
  const files: { path: string; calls: string[] }[] = []
  const open = new Map<string, string[]>()
  for (const line of trace.split('\n')) {
    const [, call = '', rest = ''] = /^(\w+)\((.*)\) += [^-]/.exec(line) ?? []
    const paths = [...rest.matchAll(/"([^"]+)"/g)].map(([, path = '']) => path)
    if (call === 'openat') {
      const [path = ''] = paths
      if (!path.startsWith(root) || !/O_WRONLY|O_RDWR/.test(rest)) continue
      const calls = [/O_EXCL/.test(rest) ? 'open new' : 'open']
      files.push({ path, calls })
      open.set(/= (\d+)/.exec(line)?.[1] ?? '', calls)
    } else if (paths.length > 0) {
      for (const { path, calls } of files) if (paths[0] === path) calls.push(call.replace('at', ''))
    } else {
      const calls = open.get(/^\d+/.exec(rest)?.[0] ?? '')
      if (calls !== undefined && calls.at(-1) !== call) calls.push(call)
      if (call === 'close') open.delete(/^\d+/.exec(rest)?.[0] ?? '')
    }
  }
  return files
}
