import { type Failure, failure } from '../domain/failure.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import type { Port } from './port.ts'

/** What one side of a port offers: a method's input, output, and the values it may emit while it runs. */
export type Contract<C> = { readonly [M in keyof C]: Method }
export interface Method {
  readonly input: unknown
  readonly output: unknown
  readonly event?: unknown
}
type EventOf<M> = M extends { readonly event: infer E } ? E : never

export interface CallContext<E> {
  /** Aborted when the caller gives up or is gone. */
  readonly signal: AbortSignal
  emit(event: E): void
}

export type Handlers<C extends Contract<C>> = {
  readonly [M in keyof C]: (
    input: C[M]['input'],
    context: CallContext<EventOf<C[M]>>,
  ) => Result<C[M]['output']> | Promise<Result<C[M]['output']>>
}

export interface CallOptions<E> {
  readonly signal?: AbortSignal
  readonly onEvent?: (event: E) => void
}

export interface Peer<Remote extends Contract<Remote>> {
  /** Calls a method of the other side. Never rejects: a lost peer answers `worker-gone`, a bug over there `internal`.
   *  Aborting the signal asks the other side to stop; the call then settles with whatever it answers. */
  call<M extends keyof Remote & string>(
    method: M,
    input: Remote[M]['input'],
    options?: CallOptions<EventOf<Remote[M]>>,
  ): Promise<Result<Remote[M]['output']>>
  /** Calls under way from this side. */
  readonly inFlight: number
  close(): void
}

type Frame =
  | { readonly t: 'call'; readonly id: number; readonly method: string; readonly input: unknown }
  | { readonly t: 'abort'; readonly id: number }
  | { readonly t: 'event'; readonly id: number; readonly value: unknown }
  | { readonly t: 'end'; readonly id: number; readonly result: Result<unknown> }

interface Pending {
  settle(result: Result<unknown>): void
  onEvent: ((event: never) => void) | undefined
}

/** Joins both sides of a port: each may call the other's methods. `onFault` hears of bugs in local handlers. */
export function createPeer<Local extends Contract<Local>, Remote extends Contract<Remote>>(
  port: Port,
  handlers: Handlers<Local>,
  onFault: (error: unknown, method: string) => void = () => undefined,
): Peer<Remote> {
  const pending = new Map<number, Pending>()
  const serving = new Map<number, AbortController>()
  let nextId = 1
  let closed = false

  const post = (frame: Frame): void => {
    if (!closed) port.post(frame)
  }

  const serve = async (frame: Extract<Frame, { t: 'call' }>): Promise<void> => {
    const controller = new AbortController()
    serving.set(frame.id, controller)
    let result: Result<unknown>
    try {
      const handler = handlers[frame.method as keyof Local]
      if (handler === undefined) throw new Error(`no method ${frame.method}`)
      const emit = (value: unknown): void => post({ t: 'event', id: frame.id, value })
      result = await handler(frame.input, { signal: controller.signal, emit })
    } catch (error) {
      onFault(error, frame.method)
      result = fail(internalFailure(error))
    }
    serving.delete(frame.id)
    post({ t: 'end', id: frame.id, result })
  }

  port.onMessage((message) => {
    const frame = message as Frame
    switch (frame.t) {
      case 'call':
        void serve(frame)
        break
      case 'abort':
        serving.get(frame.id)?.abort()
        break
      case 'event':
        pending.get(frame.id)?.onEvent?.(frame.value as never)
        break
      case 'end':
        pending.get(frame.id)?.settle(frame.result)
        break
    }
  })

  const shut = (): void => {
    if (closed) return
    closed = true
    for (const controller of serving.values()) controller.abort()
    for (const { settle } of [...pending.values()]) settle(fail(failure('worker-gone')))
  }
  port.onClose(shut)

  return {
    call(method, input, { signal, onEvent } = {}) {
      if (closed) return Promise.resolve(fail(failure('worker-gone')))
      if (signal?.aborted) return Promise.resolve(fail(failure('cancelled')))
      return new Promise((resolve) => {
        const id = nextId++
        const abort = (): void => post({ t: 'abort', id })
        signal?.addEventListener('abort', abort, { once: true })
        pending.set(id, {
          onEvent,
          settle(result) {
            pending.delete(id)
            signal?.removeEventListener('abort', abort)
            resolve(result as Result<never>)
          },
        })
        post({ t: 'call', id, method, input })
      })
    },
    get inFlight() {
      return pending.size
    },
    close() {
      shut()
      port.close()
    },
  }
}

function internalFailure(error: unknown): Failure {
  return failure('internal', error instanceof Error ? error.message : String(error))
}

/** For code that has only the happy path to tell. */
export const done: Result<null> = ok(null)
