import { Worker } from 'node:worker_threads'
import type { DumpRequest, EmbeddedWorkerData, QueryAnswer, QueryRequest, QueryRows } from './embedded-protocol.ts'

/** The embedded database in its thread. */
export interface DatabaseThread {
  /** Rejects with the database's error (its `code` is the SQLSTATE), or when the thread ended. */
  query(sql: string, parameters: readonly unknown[]): Promise<QueryRows>
  /** All of the database as one compressed file. */
  dump(): Promise<Uint8Array>
  /** Asks it to end when the queries before this are answered. */
  close(): void
  /** Resolves when the thread is gone, with the reason if it was not asked to end. */
  readonly ended: Promise<string | null>
}

/** Starts the thread on `entry`, which is embedded-worker or what it was bundled to. */
export function startDatabaseThread(entry: URL, workerData: EmbeddedWorkerData): DatabaseThread {
  const worker = new Worker(entry, { workerData })
  const pending = new Map<number, PromiseWithResolvers<Exclude<QueryAnswer, { error: unknown }>>>()
  let nextId = 1
  let crash: Error | null = null
  let exited = false

  worker.on('message', (answer: QueryAnswer) => {
    const waiting = pending.get(answer.id)
    pending.delete(answer.id)
    if ('error' in answer) waiting?.reject(Object.assign(new Error(answer.error.message), { code: answer.error.code }))
    else waiting?.resolve(answer)
  })
  worker.on('error', (error) => {
    crash = error instanceof Error ? error : new Error(String(error))
  })
  const ended = new Promise<string | null>((resolve) => {
    worker.once('exit', (code) => {
      exited = true
      for (const waiting of pending.values()) waiting.reject(crash ?? threadEnded())
      pending.clear()
      resolve(crash !== null ? crash.message : code === 0 ? null : `exit code ${code}`)
    })
  })
  const ask = (question: Omit<QueryRequest, 'id'> | Omit<DumpRequest, 'id'>) => {
    if (exited) return Promise.reject(threadEnded())
    const waiting = Promise.withResolvers<Exclude<QueryAnswer, { error: unknown }>>()
    const id = nextId++
    pending.set(id, waiting)
    worker.postMessage({ id, ...question })
    return waiting.promise
  }
  return {
    ended,
    close: () => worker.postMessage('close'),
    async query(sql, parameters) {
      const answer = await ask({ sql, parameters })
      if ('dump' in answer) throw new Error('the embedded database answered another question')
      return answer
    },
    async dump() {
      const answer = await ask({ dump: true })
      if (!('dump' in answer)) throw new Error('the embedded database answered another question')
      return answer.dump
    },
  }
}

function threadEnded(): Error {
  return Object.assign(new Error('the embedded database ended'), { code: '57P01' })
}
