import { readdirSync, readFileSync } from 'node:fs'
import { cpuTicks, MS_PER_TICK } from './measure.ts'

export interface ProcessUse {
  readonly pid: number
  /** The command line, for telling the processes apart. */
  readonly command: string
  /** The kernel's own high-water mark, as last seen before the process ended. */
  readonly peakRssBytes: number
  readonly cpuMs: number
}

const SAMPLE_MS = 50

/** Watches a process and all its descendants until stopped, and tells what each used. Linux only. */
export function watchProcesses(rootPid: number): { stop(): ProcessUse[] } {
  const seen = new Map<number, ProcessUse>()
  const sample = (): void => {
    for (const pid of tree(rootPid)) {
      const use = readUse(pid)
      if (use !== null) seen.set(pid, use)
    }
  }
  sample()
  const timer = setInterval(sample, SAMPLE_MS)
  return {
    stop() {
      clearInterval(timer)
      sample()
      return [...seen.values()]
    },
  }
}

function tree(rootPid: number): number[] {
  const children = new Map<number, number[]>()
  for (const name of readdirSync('/proc')) {
    const pid = Number(name)
    if (!Number.isInteger(pid)) continue
    const stat = readProc(pid, 'stat')
    if (stat === null) continue
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
    children.set(parent, [...(children.get(parent) ?? []), pid])
  }
  const found: number[] = []
  for (let next: number[] = [rootPid]; next.length > 0; next = next.flatMap((pid) => children.get(pid) ?? [])) {
    found.push(...next)
  }
  return found
}

/** What a process used so far; null when it has ended. */
export function readUse(pid: number): ProcessUse | null {
  const status = readProc(pid, 'status')
  const stat = readProc(pid, 'stat')
  const command = readProc(pid, 'cmdline')
  const peak = status === null ? undefined : /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]
  if (stat === null || command === null || peak === undefined) return null
  const { userTicks, systemTicks } = cpuTicks(stat, 'itself')
  return {
    pid,
    command: command.replaceAll('\0', ' ').trim(),
    peakRssBytes: Number(peak) * 1024,
    cpuMs: (userTicks + systemTicks) * MS_PER_TICK,
  }
}

/** Null when the process has ended meanwhile. */
function readProc(pid: number, file: string): string | null {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8')
  } catch {
    return null
  }
}
