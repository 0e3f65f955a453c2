import { connect } from 'node:net'
import fc from 'fast-check'
import { type ApiDocument, examplesOf, operationsOf } from './documented.ts'

/** A request as it goes over the line, and what it is about. */
export interface MalformedRequest {
  readonly method: string
  readonly path: string
  readonly bytes: Buffer
  /** Its end is missing, and never comes: nobody has to answer it. */
  readonly isCut: boolean
}

/** What is no text that PostgreSQL can store, no number that JSON or an int holds, or of another type. */
const badText = fc.oneof(
  fc.constantFrom('\0', 'a\0b', '\ud800', 'x\udfff', '', '\u202e', '../../etc/passwd', "'; drop table designs; --"),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(1_000, 70_000).map((length) => 'x'.repeat(length)),
)
const badValue = fc.oneof(
  badText,
  fc.constantFrom(null, true, -1, 0.5, 1e308, -0, 2 ** 53, 2 ** 63, Number.MAX_VALUE),
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom(40, 1_000).map((depth) => Array.from({ length: depth }).reduce((inner) => [inner], [])),
  fc.constant({ constructor: { prototype: null } }),
)

/** One place of a body that is as it should be has something else, is missing, or has company. */
function spoil(example: unknown): fc.Arbitrary<unknown> {
  const places = placesOf(example)
  return fc
    .tuple(
      fc.constantFrom(...places),
      fc.oneof({ weight: 6, arbitrary: badValue }, { weight: 1, arbitrary: fc.constant(undefined) }),
    )
    .map(([place, value]) => withValue(example, place, value))
}

function placesOf(value: unknown, at: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [at]
  return [at, ...Object.entries(value).flatMap(([key, inner]) => placesOf(inner, [...at, key])), [...at, '\0']]
}

function withValue(whole: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value
  if (typeof whole !== 'object' || whole === null) return whole
  const before: unknown = Object.getOwnPropertyDescriptor(whole, key)?.value
  const changed = { [key]: withValue(before, rest, value) }
  return Array.isArray(whole) ? Object.assign([...whole], changed) : { ...whole, ...changed }
}

/** Text of a body that never was JSON, or is none any more. */
const badBody = fc.oneof(
  fc.constantFrom(
    '',
    '{',
    '[',
    'null',
    '"',
    '{"records":[}',
    '\ufeff{}',
    '{"__proto__":{"x":1}}',
    '[1e999]',
    '01',
    '{"a":1}{"b":2}',
  ),
  fc.constantFrom('[', '{"a":').map((part) => part.repeat(50_000)),
  fc.constant(`{"records":["${'x'.repeat(600_000)}"]}`),
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
)
const badTarget = fc.constantFrom(
  '/%zz',
  '/%00',
  '/%',
  '//',
  '/v1/../v1/shop',
  '*',
  '/v1/shop%2f',
  `/${'x'.repeat(9_000)}`,
  '/\u00ff',
  '/v1/designs:batch/',
  'http://other/v1/shop',
)
const badQuery = fc.constantFrom(
  '?after=-1',
  '?after=1e300',
  '?after=%00',
  '?limit=1001',
  '?after=x&after=y',
  '?%ff',
  `?after=${'9'.repeat(400)}`,
  '?after[]=1',
  '?limit=',
)
const badHeader = fc.constantFrom(
  'expect: something',
  'idempotency-key: second',
  'authorization: Basic x',
  'authorization: Bearer \u00ff',
  `authorization: Bearer ${'x'.repeat(5_000)}`,
  'galley-history: 1 x',
  'galley-history: 999999999999999 \u00ff',
  'content-type: text/plain',
  'content-type: application/json; charset=utf-7',
  'content-type: multipart/form-data',
  'content-type: \u00ff',
  'content-encoding: gzip',
  'content-length: 3',
  'content-length: -1',
  'transfer-encoding: chunked',
  'host: \u00ff',
  'upgrade: websocket\r\nconnection: upgrade',
  `x-long: ${'x'.repeat(20_000)}`,
  'no header',
)
const badMethod = fc.constantFrom(
  'GET',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'TRACE',
  'PROPFIND',
  'BREW',
  'post',
)

/** Requests of which each has something wrong, of every route. */
export function malformedRequests(document: ApiDocument, token: string): fc.Arbitrary<MalformedRequest> {
  return fc.constantFrom(...operationsOf(document)).chain(({ path, method, requestBody }) => {
    const [media] = Object.values(requestBody?.content ?? {})
    const [example] = media === undefined ? [] : examplesOf(media)
    const goodBody = example === undefined ? '' : JSON.stringify(example)
    const json =
      example === undefined ? fc.constant(goodBody) : spoil(example).map((value) => JSON.stringify(value) ?? '')
    const key = fc.stringMatching(/^[0-9a-z]{12}$/).map((random) => [`idempotency-key: ${random}`])
    const good = {
      method,
      target: path,
      body: goodBody as string | Buffer,
      version: '1.1',
      cutTo: 1,
      more: [] as string[],
    }
    const change = <T>(weight: number, arbitrary: fc.Arbitrary<T>) => ({ weight, arbitrary })
    const wrong: fc.Arbitrary<Partial<typeof good>> = fc.oneof(
      change(
        6,
        json.map((body) => ({ body })),
      ),
      change(
        1,
        badBody.map((body) => ({ body })),
      ),
      change(
        1,
        badTarget.map((target) => ({ target })),
      ),
      change(
        1,
        badQuery.map((query) => ({ target: path + query })),
      ),
      change(
        2,
        badHeader.map((header) => ({ more: [header] })),
      ),
      change(
        1,
        badMethod.map((other) => ({ method: other })),
      ),
      change(
        1,
        fc.double({ min: 0, max: 0.99, noNaN: true }).map((cutTo) => ({ cutTo })),
      ),
      change(
        1,
        fc.constantFrom('1.0', '0.9', '2.0').map((version) => ({ version })),
      ),
    )
    return fc.tuple(wrong, key).map(([changed, keys]) => {
      const { target, body, version, cutTo, more, ...sent } = { ...good, ...changed }
      const bytes = Buffer.from(body)
      const given = new Set(more.map((line) => line.split(':')[0]))
      const usual = [
        'host: records',
        `authorization: Bearer ${token}`,
        'content-type: application/json',
        `content-length: ${bytes.length}`,
      ].filter((line) => !given.has(line.split(':')[0]))
      const lines = [`${sent.method} ${target} HTTP/${version}`, 'connection: close', ...usual, ...keys, ...more]
      const whole = Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), bytes])
      return {
        method: sent.method,
        path: target,
        bytes: whole.subarray(0, Math.ceil(whole.length * cutTo)),
        isCut: cutTo < 1,
      }
    })
  })
}

/** Sends it as it is, and no more; status and body of what is answered. Null when the line is ended without a word. */
export async function sendRaw(
  url: string,
  { bytes, isCut }: Pick<MalformedRequest, 'bytes' | 'isCut'>,
): Promise<{ status: number; text: string } | null> {
  const { port, hostname } = new URL(url)
  const socket = connect({ port: Number(port), host: hostname, allowHalfOpen: true })
  let answer = ''
  socket.setEncoding('utf8')
  socket.on('data', (data: string) => {
    answer += data
  })
  const over = new Promise<void>((resolve) => {
    socket.once('end', resolve)
    // A stream of events has no end; the service's description tells of one.
    socket.on('data', () => /^content-type: text\/event-stream/im.test(answer.split('\r\n\r\n')[0] ?? '') && resolve())
    // Who has answered before all was sent may end the line.
    socket.once('error', () => resolve())
  })
  socket.write(bytes)
  // A server takes this for the end of whoever asked.
  if (isCut) socket.end()
  await over
  socket.destroy()
  const [, status, head = '', text = ''] = /^HTTP\/1\.1 (\d{3}) ([\s\S]*?)\r\n\r\n([\s\S]*)$/.exec(answer) ?? []
  const length = Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? 0)
  // The line is closed on a body that nobody reads, and may be before the end of a long answer has come.
  if (status === undefined || Buffer.byteLength(text) < length) return null
  return { status: Number(status), text }
}
