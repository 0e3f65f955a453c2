import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import type { Dockerfile, Step } from './dockerfile.ts'

const UID = 1000
/** Of this computer, in the place of the base image's: its system, read-only, and Node as the project has it. */
const SYSTEM = ['/usr', '/dev']
const NODE = '/node'
const PATH = `${NODE}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`

/** Why no image can be made here; null where one can. */
export function whyNoContainer(): string | null {
  if (process.platform !== 'linux') return 'needs Linux'
  if (process.getuid?.() !== 0) return 'needs root: namespaces'
  const tried = spawnSync('unshare', ['--mount', '--pid', '--fork', 'true'])
  return tried.status === 0 ? null : 'needs unshare --mount --pid'
}

export interface Running {
  /** What it wrote so far. */
  output(): string
  /** Its process as this computer numbers it; in its own namespace it is 1. */
  pid(): number
  /** kill -9. */
  kill(): Promise<void>
}

/** An image made of a Dockerfile, in a folder, and containers of it. */
export interface Image extends Disposable {
  readonly root: string
  /** Runs a command in a container to its end; its exit code. */
  run(command: readonly string[]): number | null
  start(command: readonly string[]): Running
}

/** Carries the instructions out, in an empty root that has this computer's system in the place of the base image. */
export function buildImage(dockerfile: Dockerfile, context: string): Image {
  const root = mkdtempSync(join(tmpdir(), 'galley-image-'))
  chmodSync(root, 0o755)
  for (const folder of [...SYSTEM, '/proc', '/etc', NODE]) mkdirSync(join(root, folder), { recursive: true })
  mkdirSync(join(root, 'tmp'), { mode: 0o777 })
  chmodSync(join(root, 'tmp'), 0o1777)
  for (const link of ['bin', 'lib', 'lib64', 'sbin'])
    if (existsSync(`/usr/${link}`)) execFileSync('ln', ['-s', `usr/${link}`, join(root, link)])
  writeFileSync(join(root, 'etc/passwd'), `root:x:0:0::/root:/bin/sh\nnode:x:${UID}:${UID}::/tmp:/bin/sh\n`)
  writeFileSync(join(root, 'etc/group'), `root:x:0:\nnode:x:${UID}:\n`)
  for (const file of ['resolv.conf', 'hosts', 'nsswitch.conf', 'ssl', 'ld.so.cache', 'alternatives'])
    if (existsSync(`/etc/${file}`))
      cpSync(`/etc/${file}`, join(root, 'etc', file), { recursive: true, dereference: file !== 'alternatives' })

  const inside = (user: string, workdir: string, command: readonly string[]): string[] => {
    const binds = [...SYSTEM.map((path) => [path, path]), [dirname(process.execPath), NODE]]
    // Whom this computer trusts for the registry, its containers do.
    const { NODE_EXTRA_CA_CERTS: trusted } = process.env
    const all = {
      PATH,
      HOME: '/tmp',
      ...(trusted === undefined ? {} : { NODE_EXTRA_CA_CERTS: trusted }),
      ...dockerfile.env,
    }
    const env = Object.entries(all)
      .map(([name, value]) => `'${name}=${value}'`)
      .join(' ')
    const script = [
      'set -e',
      ...binds.map(([from, to]) => `mount --rbind '${from}' '${root}${to}'; mount -o remount,bind,ro '${root}${to}'`),
      `mount -t proc proc '${root}/proc'`,
      `cd /`,
      `exec chroot --userspec=${user} '${root}' /usr/bin/env -i ${env} /bin/sh -c 'cd "$0" && exec "$@"' '${workdir}' "$@"`,
    ].join('\n')
    return ['--mount', '--pid', '--fork', '--kill-child', 'sh', '-c', script, 'sh', ...command]
  }
  const carryOut = (step: Step): void => {
    mkdirSync(join(root, step.workdir), { recursive: true })
    if (step.kind === 'run')
      return void execFileSync('unshare', inside('root', step.workdir, ['sh', '-c', step.script]), { stdio: 'pipe' })
    const to = resolve(join(root, step.workdir), step.to)
    for (const source of step.sources) {
      const isFolder = step.sources.length === 1 && !source.includes('.')
      const copied = isFolder ? to : join(to, source)
      cpSync(join(context, source), copied, { recursive: true, filter: (path) => !path.endsWith('.test.ts') })
    }
  }
  try {
    for (const step of dockerfile.steps) carryOut(step)
  } catch (error) {
    rmSync(root, { recursive: true, force: true })
    throw error
  }

  return {
    root,
    run: (command) => spawnSync('unshare', inside(dockerfile.user, dockerfile.workdir, command)).status,
    start(command) {
      const child = spawn('unshare', inside(dockerfile.user, dockerfile.workdir, command))
      let output = ''
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (data: Buffer) => {
          output += data.toString()
        })
      const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
      const pid = (): number => Number(readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim())
      return {
        output: () => output,
        pid,
        async kill() {
          process.kill(pid(), 'SIGKILL')
          await ended
        },
      }
    },
    [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }),
  }
}
