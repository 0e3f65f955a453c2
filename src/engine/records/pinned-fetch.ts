import { createHash } from 'node:crypto'
import { type IncomingMessage, request as requestPlain } from 'node:http'
import { Agent, request as requestEncrypted } from 'node:https'
import { type Duplex, pipeline, type Readable } from 'node:stream'
import { connect, type TLSSocket } from 'node:tls'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'

/** A request as a client of the service makes it. Redirects are answers, and not followed. */
export type Fetch = (
  url: URL,
  init: {
    readonly method: string
    readonly headers: Readonly<Record<string, string>>
    readonly body?: string | Uint8Array<ArrayBuffer>
    readonly redirect: 'manual'
    readonly signal: AbortSignal
  },
) => Promise<Response>

/** Nothing was sent: the certificate is of no authority that this computer trusts, and its key is not the pinned one. */
export class UntrustedKey extends Error {
  /** SHA-256 of the public key that was shown: `SHA256:...`. */
  readonly fingerprint: string

  constructor(fingerprint: string) {
    super('the key of the certificate is not trusted')
    this.fingerprint = fingerprint
  }
}

/** A connection that nobody uses is closed before the service does. */
const IDLE_MS = 4_000
/** For all of TCP and TLS. */
const CONNECT_MS = 15_000
/** What is met on a connection that the other side had closed: while it is read, while it is written, and on Windows. */
const CLOSED = ['ECONNRESET', 'EPIPE', 'ECONNABORTED']
/** Of these an answer has no body. */
const BODILESS = [204, 205, 304]
/** A page of the feed, the largest answer there is, is far below this; what it takes in memory is a few times as much. */
const MAX_ANSWER_BYTES = 32 * 2 ** 20
const DECODERS = { gzip: createGunzip, deflate: createInflate, br: createBrotliDecompress }

/** A fetch that trusts a server by its certificate's authority, as any, or by the fingerprint of its key, `pinned`. Nothing
 *  is sent to another: it rejects with `UntrustedKey`. */
export function pinnedFetch(pinned: string | undefined): Fetch {
  const ask = pinnedRequest(pinned)
  return async (url, init) => {
    const answer = await ask(url, init)
    const status = answer.statusCode ?? 0
    const given = new Headers()
    for (const [name, value] of Object.entries(answer.headers)) given.set(name, String(value))
    try {
      const content = await readContent(answer, given.get('content-encoding'))
      return new Response(BODILESS.includes(status) ? null : content, { status, headers: given })
    } catch (error) {
      answer.destroy()
      throw error
    }
  }
}

/** As `pinnedFetch`, with an answer that is read as it comes. */
export function pinnedRequest(
  pinned: string | undefined,
): (url: URL, init: Omit<Parameters<Fetch>[1], 'redirect'>) => Promise<IncomingMessage> {
  const agent = new PinningAgent(pinned)
  const ask: ReturnType<typeof pinnedRequest> = (url, init) =>
    new Promise((resolve, reject) => {
      const { method, headers, body, signal } = init
      const options = { method, headers, signal }
      const request =
        url.protocol === 'https:' ? requestEncrypted(url, { ...options, agent }) : requestPlain(url, options)
      request.on('error', (error: NodeJS.ErrnoException) => {
        // The server had closed a kept connection unnoticed, as while this computer slept: it is asked on another one.
        if (request.reusedSocket && CLOSED.includes(error.code ?? '')) resolve(ask(url, init))
        else reject(error)
      })
      request.on('response', resolve)
      request.end(body)
    })
  return ask
}

/** All of an answer, unpacked: of one that is larger than any of the service's, an error. */
async function readContent(answer: Readable, encoding: string | null): Promise<Buffer<ArrayBuffer>> {
  const decoder = DECODERS[encoding as keyof typeof DECODERS]
  // What the stream breaks with is met by the loop.
  const stream = decoder === undefined ? answer : pipeline(answer, decoder(), () => undefined)
  const parts: Buffer[] = []
  let sizeBytes = 0
  for await (const part of stream) {
    sizeBytes += part.length
    if (sizeBytes > MAX_ANSWER_BYTES) throw new Error(`an answer of more than ${MAX_ANSWER_BYTES / 2 ** 20} MB`)
    parts.push(part)
  }
  return Buffer.concat(parts)
}

/** Looks at the key before anything is sent. */
class PinningAgent extends Agent {
  readonly #pinned: string | undefined

  constructor(pinned: string | undefined) {
    super({ keepAlive: true, timeout: IDLE_MS })
    this.#pinned = pinned
  }

  override createConnection(
    options: Parameters<Agent['createConnection']>[0],
    done: (error: Error | null, stream: Duplex) => void,
  ): undefined {
    const { host, port, servername } = options
    const name = servername === undefined || servername === '' ? {} : { servername }
    const socket = connect({ host: host ?? 'localhost', port: Number(port), ...name, rejectUnauthorized: false })
    const settle = (error: Error | null): void => {
      socket.removeAllListeners('timeout').setTimeout(0).off('error', settle)
      if (error !== null) socket.on('error', () => undefined).destroy()
      done(error, socket)
    }
    socket.once('error', settle)
    socket.setTimeout(CONNECT_MS, () => settle(Object.assign(new Error('no connection'), { code: 'ETIMEDOUT' })))
    socket.once('secureConnect', () => {
      const fingerprint = keyFingerprint(socket)
      settle(socket.authorized || fingerprint === this.#pinned ? null : new UntrustedKey(fingerprint))
    })
  }
}

function keyFingerprint(socket: TLSSocket): string {
  const key = socket.getPeerX509Certificate()?.publicKey.export({ type: 'spki', format: 'der' })
  const digest = createHash('sha256')
    .update(key ?? '')
    .digest('base64')
  return `SHA256:${digest.replace(/=+$/, '')}`
}
