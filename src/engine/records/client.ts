import { createHash } from 'node:crypto'
import { z } from 'zod'
import { decodePage, type FeedPage, PACKED_PAGE, packPage } from '../../feed-page/feed-page.ts'
import { BLOB_TYPE, blobParamsSchema } from '../../shared/api/blobs.ts'
import {
  type ClaimOutcome,
  type ClaimWish,
  claimsResponseSchema,
  releaseResponseSchema,
} from '../../shared/api/claims.ts'
import { type DecisionFeed, type DecisionRecord, decisionFeedSchema } from '../../shared/api/decisions.ts'
import { HEARTBEAT_MS, SENDER_HEADER } from '../../shared/api/events.ts'
import { type JobsQuery, type ListedJobs, listedJobsSchema, mockupJobSchema } from '../../shared/api/mockup-jobs.ts'
import {
  mockupConflictSchema,
  mockupsResponseSchema,
  type PutMockup,
  type ShopMockup,
  shopMockupSchema,
} from '../../shared/api/mockups.ts'
import { type LeaseRequest, type LeaseResponse, leaseResponseSchema } from '../../shared/api/numbers.ts'
import { type PairRequest, type PairResponse, pairResponseSchema } from '../../shared/api/pairing.ts'
import {
  type Place,
  placesResponseSchema,
  type ReachedPlace,
  type ReachedResponse,
  reachedResponseSchema,
} from '../../shared/api/places.ts'
import {
  apiErrorSchema,
  type BatchResponse,
  batchResponseSchema,
  type DesignRecord,
  feedResponseSchema,
  HISTORY_HEADER,
  type HistoryPoint,
  type ShopInfo,
  shopInfoSchema,
  type Took,
} from '../../shared/api/records.ts'
import { type Asked, type LackingResponse, lackingResponseSchema, type Resent } from '../../shared/api/resent.ts'
import {
  type PutTemplate,
  type ShopTemplate,
  shopTemplateSchema,
  templateConflictSchema,
  templatesResponseSchema,
} from '../../shared/api/templates.ts'
import type { UndoneRecord } from '../../shared/api/undone.ts'
import type { Detail } from '../../shared/domain/detail.ts'
import { type Failure, type FailureCode, failure } from '../../shared/domain/failure.ts'
import { fail, ok, type Result } from '../../shared/domain/result.ts'
import { readNews } from './event-stream.ts'
import { type Fetch, pinnedFetch, pinnedRequest, UntrustedKey } from './pinned-fetch.ts'

const DEADLINE_MS = 30_000
/** A stream that has said nothing for so long is none any more, or something in between gathers what it says. */
const SILENCE_MS = 3 * HEARTBEAT_MS

/** Sends a chunk. With the same key it may be sent again and again: the service answers as it did the first time. */
type Send<T> = (
  idempotencyKey: string,
  records: readonly T[],
  signal: AbortSignal,
  took?: Took,
) => Promise<Result<BatchResponse>>

/** The record service as the engine uses it. Every call ends within the deadline, or at once when `signal` aborts. */
export interface RecordClient {
  readonly sendBatch: Send<DesignRecord>
  readonly sendDecisions: Send<DecisionRecord>
  /** Of replacements that were taken back. */
  readonly sendUndone: Send<UndoneRecord>
  /** Of what the service lacks since its database was set back. */
  readonly sendResent: Send<Resent>
  /** Which of these the service lacks. */
  lacking(asked: readonly Asked[], signal: AbortSignal): Promise<Result<LackingResponse>>
  /** The shop's designs with a `rev` above `after`, in order of `rev`; `isCounted`: with how many there are of them. */
  hashFeed(after: number, limit: number, signal: AbortSignal, isCounted?: boolean): Promise<Result<FeedPage>>
  /** What was last said of each two artworks of the shop, by `rev` as well. */
  decisionFeed(after: number, limit: number, signal: AbortSignal): Promise<Result<DecisionFeed>>
  /** Claims designs that are about to be sent, or renews that; outcomes in the same order. */
  claim(wishes: readonly ClaimWish[], signal: AbortSignal): Promise<Result<ClaimOutcome[]>>
  /** Where the shop's designs lie. */
  places(signal: AbortSignal): Promise<Result<Place[]>>
  /** Tells of a place that was proven, and how this workstation comes there. */
  reachPlace(reached: ReachedPlace, signal: AbortSignal): Promise<Result<ReachedResponse>>
  /** The shop's templates; null of a service that keeps none. */
  templates(signal: AbortSignal): Promise<Result<ShopTemplate[] | null>>
  /** Makes a template or changes the revision that was seen. `isKept` false: nothing was changed, and it is so at the shop, or
   *  `current` is another one with its name, code or folder. */
  putTemplate(id: string, sent: PutTemplate, signal: AbortSignal): Promise<Result<PutAnswer>>
  /** The mockups of the shop's templates. */
  mockups(signal: AbortSignal): Promise<Result<ShopMockup[]>>
  /** The last job of each design, by which its mockups are made. */
  mockupJobs(asked: JobsQuery, signal: AbortSignal): Promise<Result<ListedJobs>>
  /** Begins those designs of a job anew that failed or were cancelled. */
  retryMockups(jobId: string, signal: AbortSignal): Promise<Result<unknown>>
  /** The same for a mockup, whose pictures are there before; `current` may be another one of its template with its name. */
  putMockup(id: string, sent: PutMockup, signal: AbortSignal): Promise<Result<PutAnswer<ShopMockup>>>
  /** Ends the claims of these items. */
  release(ids: readonly string[], signal: AbortSignal): Promise<Result<unknown>>
  /** Leases a template's numbers, renews and gives back. */
  leaseNumbers(request: LeaseRequest, signal: AbortSignal): Promise<Result<LeaseResponse>>
  /** Tells where the shop is whenever another workstation stored something, and at the beginning unless that is where it was
   *  last heard to be. Ends with the connection, with nothing heard for long, and when `signal` aborts. */
  news(lastRev: number | null, heard: (rev: number) => void, signal: AbortSignal): Promise<Result<null>>
  /** A device token for the proof of a code. */
  pair(request: PairRequest, signal: AbortSignal): Promise<Result<PairResponse>>
  /** Keeps a picture there, under the SHA-256 of its bytes. */
  putBlob(sha256: string, bytes: Uint8Array<ArrayBuffer>, signal: AbortSignal): Promise<Result<unknown>>
  /** The bytes of that SHA-256. */
  blob(sha256: string, signal: AbortSignal): Promise<Result<Buffer>>
  /** The shop that the token belongs to: for "Test connection". */
  shop(signal: AbortSignal): Promise<Result<ShopInfo>>
}

export interface PutAnswer<T = ShopTemplate> {
  readonly isKept: boolean
  readonly current: T
}

export interface RecordClientOptions {
  /** Where the service is; may have a path. https, unless it is on this computer. */
  readonly url: string
  readonly token: string
  /** SHA-256 of the service's public key, `SHA256:...`, by which it is known where no authority vouches for it. */
  readonly fingerprint?: string | undefined
  /** The last point of the shop's history that is known here: all but "Test connection" fails with `history-changed` when the
   *  service has lost it. */
  readonly history?: HistoryPoint | null
  /** The engine that asks. */
  readonly sender?: string | undefined
  readonly fetch?: Fetch
  readonly deadlineMs?: number
}

/** What an answer is read as; null when it is none of a backend's. */
type Read<T> = (bytes: Buffer, type: string | null) => T | null

interface CallOptions {
  readonly accept?: string
  readonly post?: { readonly idempotencyKey?: string; readonly body: unknown }
  /** Bytes, or what is sent as JSON. */
  readonly put?: Uint8Array<ArrayBuffer> | object
  /** A refusal that is read as an answer. */
  readonly readsToo?: number
  readonly history?: HistoryPoint | null
}

/** Makes a client. HTTP and network errors become failures here, and nowhere else. */
export function createRecordClient(options: RecordClientOptions): RecordClient {
  const { token, fingerprint, sender, fetch = pinnedFetch(fingerprint), deadlineMs = DEADLINE_MS } = options
  const base = checkAddress(options.url)

  const call = <T>(path: string, schema: z.ZodType<T>, signal: AbortSignal, how?: CallOptions): Promise<Result<T>> =>
    ask(path, asJson(schema), signal, how)

  async function ask<T>(
    path: string,
    read: Read<T>,
    signal: AbortSignal,
    { post, put, readsToo, accept = 'application/json', history = options.history ?? null }: CallOptions = {},
  ): Promise<Result<T>> {
    if (!base.ok) return base
    if (!/^[\x21-\x7e]+$/.test(token)) return fail(failure('backend-token', { says: 'not-a-token' }))
    const deadline = AbortSignal.timeout(deadlineMs)
    const headers: Record<string, string> = { authorization: `Bearer ${token}`, accept }
    const json = put ?? post?.body
    const body = put instanceof Uint8Array ? put : json === undefined ? undefined : JSON.stringify(json)
    if (body !== undefined) headers['content-type'] = body === put ? BLOB_TYPE : 'application/json'
    if (post?.idempotencyKey !== undefined) headers['idempotency-key'] = post.idempotencyKey
    if (sender !== undefined) headers[SENDER_HEADER] = sender
    if (history !== null) headers[HISTORY_HEADER] = `${history.rev} ${history.tag}`
    try {
      const response = await fetch(new URL(path, base.value), {
        method: body === undefined ? 'GET' : put === undefined ? 'POST' : 'PUT',
        headers,
        // A redirect would carry the records to an address that nobody entered.
        redirect: 'manual',
        signal: AbortSignal.any([signal, deadline]),
        ...(body === undefined ? {} : { body }),
      })
      const bytes = Buffer.from(await response.arrayBuffer())
      if (!response.ok && response.status !== readsToo) return fail(refusal(response, bytes.toString()))
      const answer = read(bytes, response.headers.get('content-type'))
      return answer === null ? fail(failure('backend-unreachable', { says: 'not-a-backend' })) : ok(answer)
    } catch (error) {
      if (signal.aborted) return fail(failure('cancelled'))
      if (deadline.aborted)
        return fail(failure('backend-unreachable', { says: 'no-answer', seconds: deadlineMs / 1000 }))
      if (error instanceof UntrustedKey) return fail(untrusted(error, fingerprint))
      return fail(failure('backend-unreachable', networkDetail(error)))
    }
  }

  const sendTo =
    (path: string): Send<unknown> =>
    async (idempotencyKey, records, signal, took) => {
      const answer = await call(path, batchResponseSchema, signal, {
        post: { idempotencyKey, body: { records, took } },
      })
      if (!answer.ok) return answer
      const outcomes = outcomesOf(records, answer.value.outcomes)
      return outcomes.ok ? answer : outcomes
    }

  async function readFeed<Page extends { readonly cursor: number; readonly more: boolean }>(
    path: string,
    read: Read<Page>,
    after: number,
    limit: number,
    signal: AbortSignal,
    how?: CallOptions,
  ): Promise<Result<Page>> {
    const page = await ask(`${path}after=${after}&limit=${limit}`, read, signal, how)
    // Whoever reads on would ask for the same page, without a pause and without an end.
    const isStuck = page.ok && page.value.more && page.value.cursor <= after
    return isStuck ? fail(failure('backend-unreachable', { says: 'feed-stuck', after })) : page
  }

  return {
    sendBatch: sendTo('v1/designs:batch'),
    sendDecisions: sendTo('v1/decisions:batch'),
    sendUndone: sendTo('v1/undone:batch'),
    hashFeed: (after, limit, signal, isCounted) =>
      readFeed(`v1/hashes?${isCounted === true ? 'counted=true&' : ''}`, asPage, after, limit, signal, {
        accept: PACKED_PAGE,
      }),
    decisionFeed: (after, limit, signal) => readFeed('v1/decisions?', asJson(decisionFeedSchema), after, limit, signal),
    async claim(wishes, signal) {
      const answer = await call('v1/claims', claimsResponseSchema, signal, { post: { body: { claims: wishes } } })
      return answer.ok ? outcomesOf(wishes, answer.value.outcomes) : answer
    },
    async places(signal) {
      const answer = await call('v1/places', placesResponseSchema, signal, { history: null })
      return answer.ok ? ok(answer.value.places) : answer
    },
    reachPlace: (reached, signal) => call('v1/places', reachedResponseSchema, signal, { post: { body: reached } }),
    async news(lastRev, heard, signal) {
      if (!base.ok) return base
      const silence = new AbortController()
      const timer = setTimeout(() => silence.abort(), SILENCE_MS)
      const headers = {
        authorization: `Bearer ${token}`,
        ...(sender === undefined ? {} : { [SENDER_HEADER]: sender }),
        ...(lastRev === null ? {} : { 'last-event-id': `${lastRev}` }),
      }
      try {
        const answer = await pinnedRequest(fingerprint)(new URL('v1/events', base.value), {
          method: 'GET',
          headers,
          signal: AbortSignal.any([signal, silence.signal]),
        })
        const status = answer.statusCode ?? 0
        if (status === 200) for await (const rev of readNews(answer, () => void timer.refresh())) heard(rev)
        answer.destroy()
        return status === 200 ? ok(null) : fail(failure(refusalCode(status), { says: 'answered', status }))
      } catch (error) {
        return fail(failure(signal.aborted ? 'cancelled' : 'backend-unreachable', networkDetail(error)))
      } finally {
        clearTimeout(timer)
      }
    },
    templates: (signal) =>
      call(
        'v1/templates',
        z.union([
          templatesResponseSchema.transform(({ templates }) => templates),
          apiErrorSchema.transform(() => null),
        ]),
        signal,
        { readsToo: 404 },
      ),
    putTemplate: (id, put, signal) =>
      call(`v1/templates/${id}`, putAnswer(shopTemplateSchema, templateConflictSchema), signal, { put, readsToo: 409 }),
    async mockups(signal) {
      const answer = await call('v1/mockups', mockupsResponseSchema, signal)
      return answer.ok ? ok(answer.value.mockups) : answer
    },
    mockupJobs: (asked, signal) => {
      const given = Object.entries(asked).flatMap(([name, value]) => (value === undefined ? [] : [[name, `${value}`]]))
      return call(`v1/mockup-jobs?${new URLSearchParams(given)}`, listedJobsSchema, signal)
    },
    retryMockups: (id, signal) => call('v1/mockup-jobs:retry', mockupJobSchema, signal, { post: { body: { id } } }),
    putMockup: (id, put, signal) =>
      call(`v1/mockups/${id}`, putAnswer(shopMockupSchema, mockupConflictSchema), signal, { put, readsToo: 409 }),
    release: (ids, signal) => call('v1/claims:release', releaseResponseSchema, signal, { post: { body: { ids } } }),
    leaseNumbers: (body, signal) => call('v1/numbers', leaseResponseSchema, signal, { post: { body } }),
    pair: (request, signal) => call('v1/pair', pairResponseSchema, signal, { post: { body: request }, history: null }),
    shop: (signal) => call('v1/shop', shopInfoSchema, signal, { history: null }),
    sendResent: sendTo('v1/resent:batch'),
    putBlob: (sha256, put, signal) => call(`v1/blobs/${sha256}`, blobParamsSchema, signal, { put, history: null }),
    blob: (sha256, signal) => ask(`v1/blobs/${sha256}`, asBlob(sha256), signal, { accept: BLOB_TYPE, history: null }),
    lacking: (asked, signal) => call('v1/lacking', lackingResponseSchema, signal, { post: { body: { asked } } }),
  }
}

/** What is kept is answered as it is now; what is not, beside what is there. */
function putAnswer<T>(kept: z.ZodType<T>, conflict: z.ZodType<{ readonly current: T }>): z.ZodType<PutAnswer<T>> {
  return z.union([
    kept.transform((current) => ({ isKept: true, current })),
    conflict.transform(({ current }) => ({ isKept: false, current })),
  ])
}

/** One outcome for each that was asked, or it is no answer. */
function outcomesOf<T>(asked: readonly unknown[], outcomes: T[]): Result<T[]> {
  return outcomes.length === asked.length
    ? ok(outcomes)
    : fail(failure('backend-unreachable', { says: 'outcomes-of', outcomes: outcomes.length, of: asked.length }))
}

/** The address with a trailing slash, so that paths are joined to it. A token never travels unencrypted. */
function checkAddress(address: string): Result<URL> {
  if (!URL.canParse(address)) return fail(failure('configuration', { says: 'not-an-address', address }))
  const url = new URL(address.endsWith('/') ? address : `${address}/`)
  const loopback = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname)
  if (url.protocol === 'https:' || (url.protocol === 'http:' && loopback)) return ok(url)
  return fail(failure('configuration', { says: 'https-wanted', protocol: url.protocol }))
}

function untrusted({ fingerprint }: UntrustedKey, pinned: string | undefined): Failure {
  return pinned === undefined
    ? failure('backend-key-unknown', fingerprint)
    : failure('backend-key-changed', { says: 'other-key', shown: fingerprint, trusted: pinned })
}

function asJson<T>(schema: z.ZodType<T>): Read<T> {
  return (bytes) => schema.safeParse(parseJson(bytes.toString())).data ?? null
}

function asBlob(sha256: string): Read<Buffer> {
  return (bytes) => (createHash('sha256').update(bytes).digest('hex') === sha256 ? bytes : null)
}

/** An older service answers JSON, whatever is asked for. */
function asPage(bytes: Buffer, type: string | null): FeedPage | null {
  if (type === PACKED_PAGE) return decodePage(bytes)
  const page = asJson(feedResponseSchema)(bytes, type)
  return page === null ? null : packPage(page)
}

function refusal(response: Response, text: string): Failure {
  const said = apiErrorSchema.safeParse(parseJson(text))
  const { status } = response
  const code = refusalCode(status)
  // A proxy in between may refuse anything; what is wrong with records only the service says.
  if (!said.success && code === 'backend-rejected')
    return failure('backend-unreachable', { says: 'answered-otherwise', status })
  const detail: Detail = said.success
    ? `${said.data.error.code}: ${said.data.error.message}`
    : { says: 'answered', status }
  const retryAfterMs = parseRetryAfter(response.headers.get('retry-after'))
  return failure(code, detail, retryAfterMs === undefined ? {} : { retryAfterMs })
}

function refusalCode(status: number): FailureCode {
  if (status === 401 || status === 403) return 'backend-token'
  if (status === 410) return 'history-changed'
  if (status === 400 || status === 413 || status === 422) return 'backend-rejected'
  // 409: the same chunk is being stored at this moment; asking again tells how it ended.
  if (status === 409 || status === 429 || status >= 500) return 'backend-busy'
  return 'backend-unreachable'
}

/** Nobody's records wait longer for a word that may be a mistake. */
const LONGEST_RETRY_AFTER_MS = 3_600_000

/** `Retry-After` in seconds; the form with a date is left to our own backoff, as it needs both clocks to agree. */
function parseRetryAfter(value: string | null): number | undefined {
  return value !== null && /^\d+$/.test(value) ? Math.min(Number(value) * 1000, LONGEST_RETRY_AFTER_MS) : undefined
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** fetch says only "fetch failed"; its cause has the code, such as ECONNREFUSED. */
function networkDetail(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  if (!(cause instanceof Error)) return String(cause)
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.message
}
