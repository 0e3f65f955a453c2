import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import type { Kysely } from 'kysely'
import { z } from 'zod'
import { encodePage, PACKED_PAGE } from '../../feed-page/feed-page.ts'
import {
  claimsRequestSchema,
  claimsResponseSchema,
  releaseRequestSchema,
  releaseResponseSchema,
} from '../../shared/api/claims.ts'
import { decisionFeedSchema } from '../../shared/api/decisions.ts'
import { SENDER_HEADER } from '../../shared/api/events.ts'
import { leaseRequestSchema, leaseResponseSchema } from '../../shared/api/numbers.ts'
import { placesResponseSchema, reachedPlaceSchema, reachedResponseSchema } from '../../shared/api/places.ts'
import {
  batchRequestSchema,
  batchResponseSchema,
  feedQuerySchema,
  feedResponseSchema,
  HISTORY_HEADER,
  shopInfoSchema,
} from '../../shared/api/records.ts'
import { lackingRequestSchema, lackingResponseSchema } from '../../shared/api/resent.ts'
import type { Tables } from '../database/tables.ts'
import type { ServiceMetrics } from '../metrics/service-metrics.ts'
import type { JobQueue } from '../mockup-jobs/job-queue.ts'
import { addJobsOfRecords } from '../mockup-jobs/store-jobs.ts'
import { placesOf, reachPlace } from '../places/places.ts'
import { releaseClaims, takeClaims } from '../records/claims.ts'
import { readDecisionFeed, readHashFeed } from '../records/feeds.ts'
import { findLacking } from '../records/find-lacking.ts'
import { lastPoint, tagOf } from '../records/history.ts'
import { leaseNumbers } from '../records/numbers.ts'
import { type StoreRecords, storeBatch } from '../records/store-batch.ts'
import { storeDecisions } from '../records/store-decisions.ts'
import { storeDesigns } from '../records/store-designs.ts'
import { storeResent } from '../records/store-resent.ts'
import { storeUndone } from '../records/store-undone.ts'
import { type AskingShop, findShopByToken } from '../shops/shops.ts'
import { answers, body, OF_A_BODY, OF_A_SHOP, SECURITY } from './answers.ts'
import { addBlobRoutes } from './blob-routes.ts'
import { ERRORS, sendError } from './errors.ts'
import type { EventStreams } from './event-streams.ts'
import { EXAMPLES } from './examples.ts'
import { addMockupJobRoutes } from './mockup-job-routes.ts'
import { addMockupRoutes } from './mockup-routes.ts'
import { tokenOf } from './rate-limits.ts'
import { addTemplateRoutes } from './template-routes.ts'

const MAX_KEY_LENGTH = 200

const { template, uploadedAt } = EXAMPLES.design
const UNDONE = { id: EXAMPLES.tag, designId: EXAMPLES.id, replaced: EXAMPLES.replaced }
const [HOST_KEY = ''] = EXAMPLES.place.hostKeys
const RESENT = { kind: 'design', id: EXAMPLES.id, record: EXAMPLES.design }

interface ShopRouteParts {
  readonly db: Kysely<Tables>
  /** Those that are known to be good. */
  readonly tokens: Set<string>
  readonly metrics: ServiceMetrics
  readonly streams: EventStreams
  readonly queue: JobQueue
}

/** What a workstation may ask with its shop's token. Everything here is about that shop and no other. */
export const addShopRoutes: FastifyPluginAsyncZod<ShopRouteParts> = async (
  app,
  { db, streams, tokens, metrics, queue },
) => {
  const shops = new WeakMap<object, AskingShop>()
  const inFlight = new Set<string>()

  /** The shop whose token the request carries; the hook below lets none pass without. */
  function shopOf(request: object): AskingShop {
    const shop = shops.get(request)
    if (shop === undefined) throw new Error('the request has no shop')
    return shop
  }

  app.addHook('onRequest', async (request, reply) => {
    const token = tokenOf(request)
    if (token === undefined) return sendError(reply, ERRORS.token)
    const shop = await findShopByToken(db, token)
    if (shop === undefined) {
      tokens.delete(token)
      return sendError(reply, ERRORS.token)
    }
    tokens.add(token)
    shops.set(request, { ...shop, sender: String(request.headers[SENDER_HEADER] ?? shop.tokenId) })
    const [, rev, tag] = /^(\d{1,15}) (\S+)$/.exec(String(request.headers[HISTORY_HEADER] ?? '')) ?? []
    if (rev !== undefined && (await tagOf(db, shop.id, Number(rev))) !== tag) {
      return sendError(reply, ERRORS.historyChanged)
    }
  })

  app.get(
    '/v1/shop',
    {
      schema: {
        summary: 'The shop that the token belongs to',
        security: SECURITY,
        response: answers(shopInfoSchema, { name: 'My shop', id: EXAMPLES.tag }, OF_A_SHOP),
      },
    },
    async (request) => shopOf(request),
  )

  const addBatchRoute = (kind: string, summary: string, store: StoreRecords, example: { id: string }): void => {
    app.post(
      `/v1/${kind}::batch`,
      {
        schema: {
          summary: `${summary}: once, however often it is sent with its Idempotency-Key`,
          security: SECURITY,
          body: body(batchRequestSchema, { records: [example] }),
          response: answers(
            batchResponseSchema,
            { outcomes: [{ status: 'created', id: example.id }], rev: 12, tag: EXAMPLES.tag },
            [...OF_A_SHOP, ...OF_A_BODY, ERRORS.keyMissing, ERRORS.inFlight, ERRORS.keyReused],
          ),
        },
      },
      async (request, reply) => {
        const key = request.headers['idempotency-key']
        if (typeof key !== 'string' || key.length === 0 || key.length > MAX_KEY_LENGTH) {
          return sendError(reply, ERRORS.keyMissing)
        }
        const shop = shopOf(request)
        const flight = `${shop.id} ${key}`
        if (inFlight.has(flight)) return sendError(reply, ERRORS.inFlight)
        inFlight.add(flight)
        try {
          const stored = await storeBatch(db, shop, key, request.body.records, store)
          if (stored.kind !== 'answered') return sendError(reply, ERRORS.keyReused)
          const { response, isRepeated } = stored
          if (!isRepeated) {
            metrics.recordsAnswered(kind, request.body.records, response.outcomes)
            if (request.body.took !== undefined) metrics.workTook(request.body.took)
          }
          // Of a repeated one nobody may have been told yet.
          if (response.rev !== undefined) streams.news(shop.id, response.rev, shop.sender)
          return response
        } finally {
          inFlight.delete(flight)
        }
      },
    )
  }
  /** The jobs of new designs are queued with them, or not at all. */
  const storeWithJobs: StoreRecords = async (tx, shopId, records, device) => {
    const outcomes = await storeDesigns(tx, shopId, records, device)
    const created = outcomes.flatMap((one) => (one.status === 'created' ? [one.id] : []))
    await addJobsOfRecords(tx, queue, shopId, created)
    return outcomes
  }
  addBatchRoute('designs', 'Stores a chunk of design records', storeWithJobs, EXAMPLES.design)
  addBatchRoute('decisions', 'Stores a chunk of decisions about look-alikes', storeDecisions, EXAMPLES.decision)
  addBatchRoute('undone', 'Takes a chunk of replacements back', storeUndone, UNDONE)
  addBatchRoute('resent', 'Takes in a chunk of what a database that was set back lacks', storeResent, RESENT)

  app.post(
    '/v1/lacking',
    {
      schema: {
        summary: 'What of a list of records, ends of designs and decisions the shop lacks',
        security: SECURITY,
        body: body(lackingRequestSchema, { asked: [{ kind: 'design', id: EXAMPLES.id, uploadedAt }] }),
        response: answers(lackingResponseSchema, { lacking: [0] }, [...OF_A_SHOP, ...OF_A_BODY]),
      },
    },
    async (request) => ({ lacking: await findLacking(db, shopOf(request).id, request.body.asked) }),
  )

  app.post(
    '/v1/claims',
    {
      schema: {
        summary: 'Claims designs that a workstation is about to send, or renews its claims',
        security: SECURITY,
        body: body(claimsRequestSchema, { claims: [{ id: EXAMPLES.id, template, sha256: EXAMPLES.sha256, copy: 0 }] }),
        response: answers(
          claimsResponseSchema,
          { outcomes: [{ status: 'held', device: EXAMPLES.device, since: uploadedAt }] },
          [...OF_A_SHOP, ...OF_A_BODY],
        ),
      },
    },
    async (request) => {
      const { id, device } = shopOf(request)
      return { outcomes: await takeClaims(db, id, device, request.body.claims) }
    },
  )

  app.post(
    '/v1/claims::release',
    {
      schema: {
        summary: 'Ends claims of designs that will not be sent',
        security: SECURITY,
        body: body(releaseRequestSchema, { ids: [EXAMPLES.id] }),
        response: answers(releaseResponseSchema, { released: 1 }, [...OF_A_SHOP, ...OF_A_BODY]),
      },
    },
    async (request) => ({ released: await releaseClaims(db, shopOf(request).id, request.body.ids) }),
  )

  app.post(
    '/v1/numbers',
    {
      schema: {
        summary: "Leases a template's numbers for files that a workstation is about to send, renews and gives back",
        security: SECURITY,
        body: body(leaseRequestSchema, {
          holder: EXAMPLES.id,
          template,
          turn: 3,
          held: [[12, 14]],
          wanted: 2,
          taken: [],
          looked: [],
        }),
        response: answers(
          leaseResponseSchema,
          {
            turn: 4,
            numbers: [
              [12, 14],
              [17, 18],
            ],
            lost: [],
          },
          [...OF_A_SHOP, ...OF_A_BODY],
        ),
      },
    },
    async (request) => leaseNumbers(db, shopOf(request).id, request.body),
  )

  app.get(
    '/v1/places',
    {
      schema: {
        summary: "The folders of NASes in which the shop's designs lie",
        security: SECURITY,
        response: answers(placesResponseSchema, { places: [EXAMPLES.place] }, OF_A_SHOP),
      },
    },
    async (request) => ({ places: await placesOf(db, shopOf(request).id) }),
  )

  app.post(
    '/v1/places',
    {
      schema: {
        summary: 'How the workstation comes to a place that it has proven',
        security: SECURITY,
        body: body(reachedPlaceSchema, {
          id: EXAMPLES.place.id,
          name: EXAMPLES.place.name,
          root: '/volume1/designs',
          hostKey: HOST_KEY,
        }),
        response: answers(reachedResponseSchema, { status: 'known', places: [EXAMPLES.place] }, [
          ...OF_A_SHOP,
          ...OF_A_BODY,
        ]),
      },
    },
    async (request) => reachPlace(db, shopOf(request), request.body),
  )

  app.get(
    '/v1/hashes',
    {
      schema: {
        summary: "All of the shop's designs, in order of rev",
        security: SECURITY,
        querystring: feedQuerySchema,
        response: answers(
          feedResponseSchema,
          { entries: [{ ...EXAMPLES.design, rev: 12 }], gone: [], cursor: 12, tag: EXAMPLES.tag, more: false },
          OF_A_SHOP,
        ),
      },
    },
    async (request, reply) => {
      const { after, limit, counted } = request.query
      const page = await readHashFeed(db, shopOf(request).id, after, limit, counted)
      if (request.headers.accept !== PACKED_PAGE) return page
      const bytes = encodePage(page)
      reply.hijack()
      reply.raw.writeHead(200, { 'content-type': PACKED_PAGE, 'content-length': bytes.length }).end(bytes)
    },
  )

  const { 200: events, ...eventErrors } = answers(z.string(), 'id: 12\n\n', OF_A_SHOP)
  app.get(
    '/v1/events',
    {
      schema: {
        summary: 'Tells of what other workstations store, as server-sent events',
        security: SECURITY,
        response: {
          ...eventErrors,
          200: { description: 'Done', content: { 'text/event-stream': { schema: events } } },
        },
      },
    },
    async (request, reply) => {
      const { id: shopId, tokenId, sender } = shopOf(request)
      reply.hijack()
      // Opened before it is looked where the shop is: nothing is stored in between that it would not hear of.
      const stream = streams.open(reply.raw, { shopId, tokenId, sender })
      const now = (await lastPoint(db, shopId))?.rev ?? 0
      if (String(now) !== request.headers['last-event-id']) stream.tell(now)
    },
  )

  app.get(
    '/v1/decisions',
    {
      schema: {
        summary: 'What was last said of each two artworks, in order of rev',
        security: SECURITY,
        querystring: feedQuerySchema,
        response: answers(
          decisionFeedSchema,
          { entries: [{ ...EXAMPLES.decision, rev: 13 }], cursor: 13, tag: EXAMPLES.tag, more: false },
          OF_A_SHOP,
        ),
      },
    },
    async (request) => readDecisionFeed(db, shopOf(request).id, request.query.after, request.query.limit),
  )

  await app.register(addTemplateRoutes, { db, streams, shopOf })
  await app.register(addMockupRoutes, { db, shopIdOf: (request) => shopOf(request).id })
  await app.register(addMockupJobRoutes, { db, queue, streams, shopIdOf: (request) => shopOf(request).id })
  await app.register(addBlobRoutes, { db, shopIdOf: (request) => shopOf(request).id })
}
