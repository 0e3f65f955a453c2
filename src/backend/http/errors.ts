import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod'

/** An answer that is an error: every one of the service's has this shape. */
export interface ApiError {
  readonly status: number
  readonly code: string
  readonly message: string
  readonly action: string
  readonly retryAfterSeconds?: number
}

const RETRY_AFTER_SECONDS = 5

export const ERRORS = {
  invalid: {
    status: 400,
    code: 'invalid',
    message: 'The request is not as it should be.',
    action: 'See /openapi.json for what is expected.',
  },
  tooLarge: {
    status: 413,
    code: 'too-large',
    message: 'Request body is too large',
    action: 'Send less at a time; see /openapi.json.',
  },
  mediaType: {
    status: 415,
    code: 'media-type',
    message: 'Unsupported Media Type',
    action: 'Send JSON, as application/json, or what else /openapi.json tells of the route.',
  },
  token: {
    status: 401,
    code: 'token',
    message: 'The token is missing, unknown or revoked.',
    action: 'Ask for a new token for this shop.',
  },
  metricsToken: {
    status: 401,
    code: 'metrics-token',
    message: 'Metrics are told to the computer of the service, or for their token.',
    action: 'Start the service with --metrics-token-file, and send what is in it as a bearer token.',
  },
  code: {
    status: 403,
    code: 'code',
    message: 'No open code was proven.',
    action: 'Ask for a new code: each is valid once, for ten minutes, and ends with the fifth wrong one.',
  },
  keyMissing: {
    status: 400,
    code: 'idempotency-key-missing',
    message: 'The Idempotency-Key header is missing or longer than 200 characters.',
    action: 'Send a new random key with each chunk, and the same key when the chunk is sent again.',
  },
  keyReused: {
    status: 422,
    code: 'idempotency-key-reused',
    message: 'This Idempotency-Key was used before with other records.',
    action: 'Use a new key for a new chunk.',
  },
  otherBytes: {
    status: 422,
    code: 'other-bytes',
    message: 'These bytes have another SHA-256.',
    action: 'Send them again, to the address of their own.',
  },
  noBlob: {
    status: 404,
    code: 'not-found',
    message: 'The shop has no picture of this SHA-256.',
    action: 'Show the design without it; it may come yet.',
  },
  noTemplate: {
    status: 404,
    code: 'not-found',
    message: 'The shop has no template of this id.',
    action: 'Read /v1/templates; a new one is sent with revision 0.',
  },
  templateChanged: {
    status: 409,
    code: 'template-changed',
    message: 'The template was changed since that revision.',
    action: 'Show both to a person, and send what holds with the revision of `current`.',
  },
  templateTaken: {
    status: 409,
    code: 'template-taken',
    message: 'Another template of the shop has this name, code or folder: `current`.',
    action: 'Use that one, or send this one under another name.',
  },
  templateFixed: {
    status: 422,
    code: 'template-fixed',
    message: 'Code and folder of a template stay as they were when it was made.',
    action: 'Send it with those, or make another template.',
  },
  noMockup: {
    status: 404,
    code: 'not-found',
    message: 'The shop has no mockup of this id.',
    action: 'Read /v1/mockups; a new one is sent with revision 0.',
  },
  mockupChanged: {
    status: 409,
    code: 'mockup-changed',
    message: 'The mockup was changed since that revision.',
    action: 'Show both to a person, and send what holds with the revision of `current`.',
  },
  mockupTaken: {
    status: 409,
    code: 'mockup-taken',
    message: 'Another mockup of the template has this name: `current`.',
    action: 'Use that one, or send this one under another name.',
  },
  mockupTemplate: {
    status: 422,
    code: 'mockup-template',
    message: 'The shop has no template of this id.',
    action: 'Send the template first: /v1/templates.',
  },
  mockupPictures: {
    status: 422,
    code: 'mockup-pictures',
    message: 'The shop lacks pictures of this mockup.',
    action: 'Send all of them first: /v1/blobs.',
  },
  mockupWrong: {
    status: 422,
    code: 'mockup-wrong',
    message: 'A placement is twisted, folded, of no area or beside the photo.',
    action: 'Correct it, then send the mockup again.',
  },
  jobInFlight: {
    status: 409,
    code: 'job-in-flight',
    message: 'A job of this id is not over yet.',
    action: 'Wait for it, cancel it, or ask under another id.',
  },
  noJob: {
    status: 404,
    code: 'not-found',
    message: 'The shop has no job of this id.',
    action: 'Ask for one: POST /v1/mockup-jobs.',
  },
  noDesigns: {
    status: 404,
    code: 'not-found',
    message: 'The shop has none of these designs.',
    action: 'Read /v1/hashes for those that it has.',
  },
  noMockups: {
    status: 422,
    code: 'no-mockups',
    message: 'The templates of these designs have no mockups.',
    action: 'Add one first: PUT /v1/mockups.',
  },
  inFlight: {
    status: 409,
    code: 'conflict',
    message: 'A chunk with this Idempotency-Key is being stored at this moment.',
    action: 'Ask again in a moment with the same key.',
    retryAfterSeconds: 1,
  },
  expectation: {
    status: 417,
    code: 'expectation',
    message: 'The Expect header asks for what the service does not do.',
    action: 'Send the request without it.',
  },
  broken: {
    status: 400,
    code: 'invalid',
    message: 'This is no request that can be read, or it came too slowly.',
    action: 'Send it again.',
  },
  unencrypted: {
    status: 421,
    code: 'unencrypted',
    message: 'This service takes plain HTTP from its proxy and its own computer only.',
    action: 'Use the address of its proxy, which begins with https://.',
  },
  historyChanged: {
    status: 410,
    code: 'history-changed',
    message: 'The database was set back: it has lost that point of the history.',
    action: 'Send what it lacks (/v1/lacking, /v1/resent:batch), and read the feeds from the start.',
  },
  tooMany: {
    status: 429,
    code: 'too-many-requests',
    message: 'Too many requests.',
    action: 'Ask again after as many seconds as Retry-After says.',
  },
  notFound: {
    status: 404,
    code: 'not-found',
    message: 'There is nothing at this address.',
    action: 'See /openapi.json.',
  },
  unavailable: {
    status: 503,
    code: 'database-unavailable',
    message: 'The database cannot be reached.',
    action: 'Try again later; nothing was stored.',
    retryAfterSeconds: RETRY_AFTER_SECONDS,
  },
  internal: {
    status: 500,
    code: 'internal',
    message: 'A fault of the service.',
    action: 'Try again later; the log has the particulars.',
  },
} as const satisfies Record<string, ApiError>

/** `more`: what the answer tells beside the error. */
export function sendError(reply: FastifyReply, error: ApiError, more: object = {}): FastifyReply {
  const { status, retryAfterSeconds } = error
  if (retryAfterSeconds !== undefined) reply.header('retry-after', retryAfterSeconds)
  return reply.code(status).send({ ...shownError(error), ...more })
}

/** As an answer says it. */
export function shownError({ code, message, action }: ApiError) {
  return { error: { code, message, action } }
}

/** What is no HTTP, or did not come in time, is answered as far as it can be, and its connection ended. */
export function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (!socket.writable || error.code === 'ECONNRESET') return void socket.destroy()
  const { status } = ERRORS.broken
  const body = JSON.stringify(shownError(ERRORS.broken))
  socket.end(
    `HTTP/1.1 ${status} Bad Request\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`,
  )
}

/** What expects more than "100-continue" is answered before there is a request. */
export function answerExpectation(_request: IncomingMessage, response: ServerResponse): void {
  const { status } = ERRORS.expectation
  const body = JSON.stringify(shownError(ERRORS.expectation))
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': body.length,
    connection: 'close',
  })
  response.end(body)
}

/** What is thrown while a request is answered becomes an error of the service's shape here. */
export function handleError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { message, statusCode = 500 } = error
  if (hasZodFastifySchemaValidationErrors(error) || statusCode < 500) {
    const known = [ERRORS.tooLarge, ERRORS.mediaType].find(({ status }) => status === statusCode)
    return sendError(reply, { ...(known ?? ERRORS.invalid), message })
  }
  request.log.error({ err: error }, 'request failed')
  return sendError(reply, isConnectionError(error) ? ERRORS.unavailable : ERRORS.internal)
}

/** Of the network, of PostgreSQL's classes 08 (connection), 53 (resources), 57 (shutdown, a statement that took too long),
 *  40 (a deadlock) and 55 (a lock), or of pg's own pool. */
function isConnectionError(error: Error & { readonly code?: unknown }): boolean {
  return (
    /^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EHOSTUNREACH|08|40|53|55|57)/.test(String(error.code ?? '')) ||
    /connection (terminated|timeout)|timeout exceeded when trying to connect/i.test(error.message)
  )
}
