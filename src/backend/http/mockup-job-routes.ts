import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import type { Kysely } from 'kysely'
import { z } from 'zod'
import {
  jobIdSchema,
  jobsQuerySchema,
  lackingDesignsSchema,
  listedJobsSchema,
  type MockupJob,
  mockupJobSchema,
  newJobSchema,
  queuedJobSchema,
} from '../../shared/api/mockup-jobs.ts'
import { mockupIdSchema } from '../../shared/api/mockups.ts'
import type { Tables } from '../database/tables.ts'
import type { JobQueue } from '../mockup-jobs/job-queue.ts'
import { listJobs, readJob, readLacking } from '../mockup-jobs/read-jobs.ts'
import { addJob, cancelJob, retryJob } from '../mockup-jobs/store-jobs.ts'
import { answers, body, OF_A_BODY, OF_A_SHOP, SECURITY } from './answers.ts'
import { ERRORS, sendError } from './errors.ts'
import type { EventStreams } from './event-streams.ts'
import { EXAMPLES } from './examples.ts'

interface MockupJobRouteParts {
  readonly db: Kysely<Tables>
  readonly queue: JobQueue
  readonly streams: Pick<EventStreams, 'mockups'>
  readonly shopIdOf: (request: object) => string
}

const { id } = EXAMPLES.job
const NEW_JOB = { id, designIds: [EXAMPLES.id], priority: 'high' as const }

const LISTED = {
  jobs: EXAMPLES.job.designs.map((design) => ({ ...design, jobId: id, fileName: EXAMPLES.design.fileName })),
  more: false,
}

/** Work on mockups of designs. Below the shop's routes: with its token. */
export const addMockupJobRoutes: FastifyPluginAsyncZod<MockupJobRouteParts> = async (
  app,
  { db, queue, streams, shopIdOf },
) => {
  const { 200: accepted, ...errors } = answers(queuedJobSchema, { id, designs: 1 }, [
    ...OF_A_SHOP,
    ...OF_A_BODY,
    ERRORS.jobInFlight,
    ERRORS.noDesigns,
    ERRORS.noMockups,
  ])
  app.post(
    '/v1/mockup-jobs',
    {
      schema: {
        summary: 'Asks for the mockups of stored designs, as far as they are not there',
        security: SECURITY,
        body: body(newJobSchema, NEW_JOB),
        response: { ...errors, 202: accepted },
      },
    },
    async (request, reply) => {
      const shopId = shopIdOf(request)
      const outcome = await addJob(db, queue, shopId, request.body)
      switch (outcome.kind) {
        case 'queued':
          streams.mockups(shopId, [request.body.id])
          return reply.code(202).send({ id: request.body.id, designs: outcome.designs })
        case 'in-flight':
          return sendError(reply, ERRORS.jobInFlight)
        case 'no-designs':
          return sendError(reply, ERRORS.noDesigns)
        case 'no-mockups':
          return sendError(reply, ERRORS.noMockups)
      }
    },
  )

  app.get(
    '/v1/mockup-jobs',
    {
      schema: {
        summary: 'The last job of each design, newest first: of a template, of a number, or in a state',
        security: SECURITY,
        querystring: jobsQuerySchema,
        response: answers(listedJobsSchema, LISTED, OF_A_SHOP),
      },
    },
    async (request) => listJobs(db, shopIdOf(request), request.query),
  )

  app.get(
    '/v1/mockup-jobs/:id',
    {
      schema: {
        summary: 'How far a job is; a design that was just stored has one of its own id',
        security: SECURITY,
        params: jobIdSchema,
        response: answers(mockupJobSchema, EXAMPLES.job, [...OF_A_SHOP, ERRORS.noJob]),
      },
    },
    async (request, reply) =>
      (await readJob(db, shopIdOf(request), request.params.id)) ?? sendError(reply, ERRORS.noJob),
  )

  const addChange = (
    name: 'retry' | 'cancel',
    summary: string,
    change: (shopId: string, id: string) => Promise<MockupJob | null>,
  ): void => {
    app.post(
      `/v1/mockup-jobs::${name}`,
      {
        schema: {
          summary,
          security: SECURITY,
          body: body(jobIdSchema, { id }),
          response: answers(mockupJobSchema, EXAMPLES.job, [...OF_A_SHOP, ...OF_A_BODY, ERRORS.noJob]),
        },
      },
      async (request, reply) => {
        const shopId = shopIdOf(request)
        const job = await change(shopId, request.body.id)
        if (job === null) return sendError(reply, ERRORS.noJob)
        streams.mockups(shopId, [job.id])
        return job
      },
    )
  }
  addChange('retry', "Queues those of a job's designs anew that failed or were cancelled", (shopId, jobId) =>
    retryJob(db, queue, shopId, jobId),
  )
  addChange('cancel', "Cancels those of a job's designs that are not over", (shopId, jobId) =>
    cancelJob(db, queue, shopId, jobId),
  )

  app.get(
    '/v1/mockups/:id/lacking',
    {
      schema: {
        summary: 'How many designs lack a mockup as it is now, how long they would take, and the first of them',
        security: SECURITY,
        params: z.object({ id: mockupIdSchema }),
        response: answers(lackingDesignsSchema, { designs: 1, seconds: 2, ids: [EXAMPLES.id] }, [
          ...OF_A_SHOP,
          ERRORS.noMockup,
        ]),
      },
    },
    async (request, reply) =>
      (await readLacking(db, shopIdOf(request), request.params.id)) ?? sendError(reply, ERRORS.noMockup),
  )
}
