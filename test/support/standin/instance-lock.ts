import { type FSWatcher, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, watch, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isAlive } from './chromium.ts'

export interface Greeting {
  readonly argv: string[]
  readonly cwd: string
  readonly data: unknown
}

/** The lock of the only instance on a user data folder; later instances leave a greeting and are refused. */
export class InstanceLock {
  readonly #lock: string
  readonly #inbox: string
  #watcher: FSWatcher | undefined

  constructor(folder: string) {
    this.#lock = join(folder, 'standin-lock')
    this.#inbox = join(folder, 'standin-inbox')
  }

  get isHeld(): boolean {
    return this.#watcher !== undefined
  }

  /** Whether this process is the only one now. A lock of a process that is gone is taken over. */
  acquire(greeting: Greeting, onGreeting: (greeting: Greeting) => void): boolean {
    if (this.isHeld) return true
    mkdirSync(this.#inbox, { recursive: true })
    if (!this.#takeLock()) {
      const draft = join(this.#inbox, `${process.pid}.draft`)
      writeFileSync(draft, JSON.stringify(greeting))
      renameSync(draft, join(this.#inbox, `${process.pid}.json`))
      return false
    }
    for (const name of readdirSync(this.#inbox)) rmSync(join(this.#inbox, name), { force: true })
    this.#watcher = watch(this.#inbox, () => {
      for (const received of this.#takeGreetings()) onGreeting(received)
    })
    this.#watcher.unref()
    return true
  }

  release(): void {
    if (!this.isHeld) return
    this.#watcher?.close()
    this.#watcher = undefined
    rmSync(this.#lock, { force: true })
  }

  #takeLock(): boolean {
    for (let attempt = 0; attempt < 2; attempt++) {
      try {
        writeFileSync(this.#lock, String(process.pid), { flag: 'wx' })
        return true
      } catch {
        if (isAlive(this.#owner())) return false
        rmSync(this.#lock, { force: true })
      }
    }
    return false
  }

  #owner(): number {
    try {
      return Number(readFileSync(this.#lock, 'utf8')) || -1
    } catch {
      return -1
    }
  }

  #takeGreetings(): Greeting[] {
    const files = readdirSync(this.#inbox).filter((name) => name.endsWith('.json'))
    return files.map((name) => {
      const path = join(this.#inbox, name)
      const greeting = JSON.parse(readFileSync(path, 'utf8')) as Greeting
      rmSync(path)
      return greeting
    })
  }
}
