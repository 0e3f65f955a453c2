import { connect, createServer, type Socket } from 'node:net'

/** What the proxy does to the bytes that pass; set at any time, for all connections. */
export interface Chaos {
  /** Each packet arrives so much later, in each direction; the rate stays. */
  delayMs: number
  /** No more than this reaches the server, over all connections; null: as fast as it comes. */
  upBytesPerSecond: number | null
  /** Nothing passes, in neither direction, as in a black hole; what came meanwhile passes when this ends. */
  stalled: boolean
  /** What the server says is thrown away. */
  dropAnswers: boolean
  /** New connections are reset at once. */
  refusing: boolean
  /** The byte at this offset of what a connection sends to the server is changed, once. */
  corruptAtByte: number | null
}

/** A TCP proxy on a free loopback port that does to a connection what networks do. */
export interface ChaosProxy extends AsyncDisposable {
  readonly host: string
  readonly port: number
  readonly chaos: Chaos
  /** Connections that were let through since the start. */
  readonly accepted: number
  /** Bytes that reached the server since the start. */
  readonly bytesUp: number
  /** How often since the start somebody waited for the server before saying more, of the connection where that happened most
   *  often. Exact while `delayMs` is longer than the server takes to answer. */
  readonly roundTrips: number
  /** Settles when so many bytes have reached the server since the start. */
  untilSent(bytes: number): Promise<void>
  /** Resets every open connection. */
  resetAll(): void
  /** Tells one side of every open connection that the other says no more, while its own words still pass. */
  halfClose(told: 'client' | 'server'): void
}

export async function startChaosProxy(target: { host: string; port: number }): Promise<ChaosProxy> {
  const chaos: Chaos = {
    delayMs: 0,
    upBytesPerSecond: null,
    stalled: false,
    dropAnswers: false,
    refusing: false,
    corruptAtByte: null,
  }
  const sockets = new Set<Socket>()
  const pairs = new Set<{ readonly client: Socket; readonly server: Socket }>()
  let roundTrips = 0
  const wakeUps = new Set<() => void>()
  let accepted = 0
  let bytesUp = 0
  const waiting = new Set<{ readonly bytes: number; settle(): void }>()
  /** When the line to the server has carried all that came so far. */
  let upFreeAt = 0

  const onLineMs = (bytes: number): number => {
    if (chaos.upBytesPerSecond === null) return 0
    const now = performance.now()
    upFreeAt = Math.max(upFreeAt, now) + (bytes * 1000) / chaos.upBytesPerSecond
    return upFreeAt - now
  }

  /** Carries one direction: each packet waits until it is due, then until the proxy is not stalled. `tripOf` tells in which round
   *  trip it is said, `reached` is told when that has come to the other side. */
  const carry = (
    from: Socket,
    to: Socket,
    change: (data: Buffer) => Buffer | null,
    { tripOf, reached }: { tripOf(): number; reached(trip: number): void },
    lineMs: (bytes: number) => number = () => 0,
  ): void => {
    const queue: { readonly dueAt: number; readonly trip: number; readonly data: Buffer | null }[] = []
    let timer: NodeJS.Timeout | undefined
    const flush = (): void => {
      clearTimeout(timer)
      while (queue[0] !== undefined && !chaos.stalled) {
        const waitMs = queue[0].dueAt - performance.now()
        if (waitMs > 0) {
          timer = setTimeout(flush, waitMs)
          return
        }
        const { data, trip } = queue[0]
        queue.shift()
        reached(trip)
        if (data === null) to.end()
        else deliver(data)
      }
      if (queue.length < 256) from.resume()
    }
    const deliver = (data: Buffer): void => {
      const changed = change(data)
      if (changed !== null && to.writable) to.write(changed)
    }
    const enqueue = (data: Buffer | null): void => {
      queue.push({ dueAt: performance.now() + chaos.delayMs + lineMs(data?.length ?? 0), trip: tripOf(), data })
      if (queue.length >= 256) from.pause()
      flush()
    }
    wakeUps.add(flush)
    from.on('data', enqueue)
    from.on('end', () => enqueue(null))
    from.on('error', () => to.destroy())
    from.on('close', () => {
      clearTimeout(timer)
      wakeUps.delete(flush)
      sockets.delete(from)
      to.destroy()
    })
  }

  const server = createServer({ noDelay: true, allowHalfOpen: true }, (client) => {
    if (chaos.refusing) {
      client.resetAndDestroy()
      return
    }
    accepted++
    const upstream = connect({ ...target, noDelay: true, allowHalfOpen: true })
    sockets.add(client).add(upstream)
    pairs.add({ client, server: upstream })
    let sent = 0
    let answered = 0
    let asked = 0
    const up = {
      tripOf: () => answered + 1,
      reached(trip: number) {
        asked = trip
      },
    }
    const down = {
      tripOf: () => asked,
      reached(trip: number) {
        answered = trip
        roundTrips = Math.max(roundTrips, trip)
      },
    }
    const onItsWayUp = (data: Buffer): Buffer => {
      const offset = chaos.corruptAtByte === null ? -1 : chaos.corruptAtByte - sent
      sent += data.length
      bytesUp += data.length
      for (const waiter of waiting) if (bytesUp >= waiter.bytes) waiter.settle()
      if (offset < 0 || offset >= data.length) return data
      chaos.corruptAtByte = null
      const corrupted = Buffer.from(data)
      corrupted[offset] = (data[offset] ?? 0) ^ 0xff
      return corrupted
    }
    carry(client, upstream, onItsWayUp, up, onLineMs)
    carry(upstream, client, (data) => (chaos.dropAnswers ? null : data), down)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')

  const resetAll = (): void => {
    for (const socket of [...sockets]) socket.resetAndDestroy()
  }
  return {
    host: '127.0.0.1',
    port: address.port,
    chaos: new Proxy(chaos, {
      set(settings, key, value) {
        const isSet = Reflect.set(settings, key, value)
        for (const wakeUp of wakeUps) wakeUp()
        return isSet
      },
    }),
    get accepted() {
      return accepted
    },
    get bytesUp() {
      return bytesUp
    },
    get roundTrips() {
      return roundTrips
    },
    untilSent(bytes) {
      if (bytesUp >= bytes) return Promise.resolve()
      return new Promise((resolve) => waiting.add({ bytes, settle: resolve }))
    },
    resetAll,
    halfClose(told) {
      for (const pair of pairs) pair[told].end()
    },
    async [Symbol.asyncDispose]() {
      resetAll()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
