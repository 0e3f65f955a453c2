/** A value on its way between the isolated world and the page's world. */
type Wrapped =
  | { kind: 'value'; value: unknown }
  | { kind: 'function' | 'promise'; id: number }
  | { kind: 'error'; message: string; stack: string | undefined }
  | { kind: 'array'; items: Wrapped[] }
  | { kind: 'object'; entries: [string, Wrapped][] }

type Signal =
  | { kind: 'expose'; key: string; value: Wrapped }
  | { kind: 'call'; id: number; args: Wrapped[] }
  | { kind: 'return' | 'throw'; value: Wrapped }
  | { kind: 'settle'; id: number; fulfilled: boolean; value: Wrapped }

export interface WorldBridge {
  exposeInMainWorld(key: string, value: unknown): void
}

/** Runs in both worlds, self-contained. contextBridge by synchronous events under a secret name: their detail is cloned
 *  from world to world, functions and promises become proxies. */
export function bridgeWorlds(secret: string, side: 'isolated' | 'page'): WorldBridge {
  const MAX_DEPTH = 1000
  const [outgoing, incoming] = side === 'isolated' ? [`${secret}>`, `${secret}<`] : [`${secret}<`, `${secret}>`]
  // Taken before the page's scripts can replace them.
  const dispatch = document.dispatchEvent.bind(document)
  const Event = CustomEvent
  const functions: ((...args: unknown[]) => unknown)[] = []
  const promises = new Map<number, { resolve(value: unknown): void; reject(reason: unknown): void }>()
  let nextPromise = 0
  let answer: Signal | undefined

  const signal = (detail: Signal): boolean => dispatch(new Event(outgoing, { detail }))
  const ask = (detail: Signal): Signal | undefined => {
    answer = undefined
    signal(detail)
    return answer
  }

  const wrap = (value: unknown, depth = 0): Wrapped => {
    if (depth > MAX_DEPTH) throw new TypeError('Electron contextBridge recursion depth exceeded.')
    if (typeof value === 'function') {
      const callable = value as (...args: unknown[]) => unknown
      const known = functions.indexOf(callable)
      return { kind: 'function', id: known >= 0 ? known : functions.push(callable) - 1 }
    }
    if (typeof value !== 'object' || value === null)
      return { kind: 'value', value: typeof value === 'symbol' ? undefined : value }
    if (value instanceof Promise) {
      const id = nextPromise++
      const settle = (fulfilled: boolean) => (result: unknown) =>
        void signal({ kind: 'settle', id, fulfilled, value: wrap(result) })
      value.then(settle(true), settle(false))
      return { kind: 'promise', id }
    }
    if (value instanceof Error) return { kind: 'error', message: value.message, stack: value.stack }
    if (Array.isArray(value)) return { kind: 'array', items: value.map((item) => wrap(item, depth + 1)) }
    if (Object.prototype.toString.call(value) !== '[object Object]') return { kind: 'value', value }
    return { kind: 'object', entries: Object.entries(value).map(([key, item]) => [key, wrap(item, depth + 1)]) }
  }

  const unwrap = (wrapped: Wrapped, frozen: boolean): unknown => {
    const guard = <T extends object>(value: T): T => (frozen ? Object.freeze(value) : value)
    switch (wrapped.kind) {
      case 'value':
        return wrapped.value
      case 'function':
        return (...args: unknown[]) => {
          const reply = ask({ kind: 'call', id: wrapped.id, args: args.map((arg) => wrap(arg)) })
          if (reply?.kind === 'return') return unwrap(reply.value, false)
          throw reply?.kind === 'throw' ? unwrap(reply.value, false) : new Error('The other world did not answer.')
        }
      case 'promise':
        return new Promise((resolve, reject) => promises.set(wrapped.id, { resolve, reject }))
      case 'error':
        return Object.assign(new Error(wrapped.message), { stack: wrapped.stack })
      case 'array':
        return guard(wrapped.items.map((item) => unwrap(item, frozen)))
      case 'object':
        return guard(Object.fromEntries(wrapped.entries.map(([key, item]) => [key, unwrap(item, frozen)])))
    }
  }

  const receive = (detail: Signal): void => {
    switch (detail.kind) {
      case 'return':
      case 'throw':
        answer = detail
        return
      case 'settle': {
        const promise = promises.get(detail.id)
        promises.delete(detail.id)
        if (detail.fulfilled) promise?.resolve(unwrap(detail.value, false))
        else promise?.reject(unwrap(detail.value, false))
        return
      }
      case 'call': {
        try {
          const result = functions[detail.id]?.(...detail.args.map((arg) => unwrap(arg, false)))
          signal({ kind: 'return', value: wrap(result) })
        } catch (error) {
          signal({ kind: 'throw', value: wrap(error) })
        }
        return
      }
      case 'expose': {
        if (Object.hasOwn(window, detail.key)) {
          const message = `Cannot bind an API on top of an existing property on the window object`
          signal({ kind: 'throw', value: wrap(new Error(message)) })
          return
        }
        Object.defineProperty(window, detail.key, { value: unwrap(detail.value, true), enumerable: true })
        signal({ kind: 'return', value: wrap(undefined) })
      }
    }
  }
  document.addEventListener(incoming, (event) => receive((event as CustomEvent<Signal>).detail))

  return {
    exposeInMainWorld(key, value) {
      const reply = ask({ kind: 'expose', key, value: wrap(value) })
      if (reply?.kind !== 'return') throw reply?.kind === 'throw' ? unwrap(reply.value, false) : new Error('No page.')
    },
  }
}
