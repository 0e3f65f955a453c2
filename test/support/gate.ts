import { createServer, type IncomingMessage } from 'node:http'

/** What becomes of one request: it passes, its answer is lost after the service gave it, or it is refused here. */
export type Verdict =
  | 'pass'
  | 'lose-answer'
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>> }

export interface GateRequest {
  readonly method: string
  readonly path: string
  readonly idempotencyKey: string | null
  /** Monotonic, ms. */
  readonly at: number
  /** Settles when it is over: answered, or given up by who asked. */
  readonly over: Promise<unknown>
}

/** An HTTP server in front of a record service, that lets pass what it is told to. A service that cannot be reached is a
 *  connection that breaks. */
export interface Gate extends AsyncDisposable {
  readonly url: string
  /** Chunks of records that were sent, in order. */
  readonly chunks: readonly GateRequest[]
  readonly requests: readonly GateRequest[]
  /** Where it leads; may change. */
  target: string
  /** Decides about chunks of records; may change. */
  judge: (chunk: GateRequest) => Verdict
  /** About everything else; may change. */
  judgeOther: (request: GateRequest) => Verdict
  /** What a request waits for before it passes; may change. */
  before: (request: GateRequest) => Promise<unknown> | null
}

export async function startGate(target: string): Promise<Gate> {
  const requests: GateRequest[] = []
  const server = createServer(async (request, response) => {
    const { method = 'GET', url: path = '/', headers } = request
    const key = headers['idempotency-key']
    const idempotencyKey = typeof key === 'string' ? key : null
    const over = new Promise((resolve) => response.once('close', resolve))
    const asked = { method, path, idempotencyKey, at: performance.now(), over }
    requests.push(asked)
    await gate.before(asked)
    const verdict = asked.idempotencyKey !== null ? gate.judge(asked) : gate.judgeOther(asked)
    if (typeof verdict === 'object') {
      request.resume()
      response.writeHead(verdict.status, verdict.headers).end()
      return
    }
    try {
      const answer = await forward(gate.target, request)
      if (verdict === 'lose-answer') request.socket.destroy()
      else response.writeHead(answer.status, answer.headers).end(answer.body)
    } catch {
      request.socket.destroy()
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const gate: Gate = {
    url: `http://127.0.0.1:${address.port}`,
    get chunks() {
      return requests.filter(({ idempotencyKey }) => idempotencyKey !== null)
    },
    requests,
    target,
    judge: () => 'pass',
    judgeOther: () => 'pass',
    before: () => null,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return gate
}

async function forward(target: string, request: IncomingMessage) {
  const body: Buffer[] = []
  for await (const data of request) body.push(data)
  const { 'content-type': type, authorization, 'idempotency-key': key } = request.headers
  const headers = new Headers()
  if (type !== undefined) headers.set('content-type', type)
  if (authorization !== undefined) headers.set('authorization', authorization)
  if (typeof key === 'string') headers.set('idempotency-key', key)
  const method = request.method ?? 'GET'
  const answer = await fetch(new URL(request.url ?? '/', target), {
    method,
    headers,
    ...(method === 'GET' ? {} : { body: Buffer.concat(body) }),
  })
  const retryAfter = answer.headers.get('retry-after')
  return {
    status: answer.status,
    headers: { 'content-type': 'application/json', ...(retryAfter === null ? {} : { 'retry-after': retryAfter }) },
    body: Buffer.from(await answer.arrayBuffer()),
  }
}
