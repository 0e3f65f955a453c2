import { z } from 'zod'
import { sha256Schema } from './blobs.ts'
import { mockupIdSchema } from './mockups.ts'
import { storableText } from './records.ts'

/** Designs of one job at most. */
export const MAX_JOB_DESIGNS = 500

const idSchema = z.uuid().toLowerCase()
const prioritySchema = z.enum(['high', 'normal', 'low'])
export type JobPriority = z.infer<typeof prioritySchema>

/** `POST /v1/mockup-jobs`: the mockups of designs that are stored, as far as they are not there. */
export const newJobSchema = z.object({
  /** Made by who asks. */
  id: idSchema,
  designIds: z
    .array(idSchema)
    .min(1)
    .max(MAX_JOB_DESIGNS)
    .refine((ids) => new Set(ids).size === ids.length, 'a design is named twice'),
  priority: prioritySchema,
})
export type NewJob = z.infer<typeof newJobSchema>
/** It has been queued, for so many designs: those whose template has mockups. */
export const queuedJobSchema = z.object({ id: idSchema, designs: z.number().int() })

/** `POST /v1/mockup-jobs:retry` and `:cancel`. */
export const jobIdSchema = z.object({ id: idSchema })

/** A code of `FAILURES` with its particulars; a client may be older than the code. */
const jobFailureSchema = z.object({ code: z.string(), detail: z.unknown().optional() })
export type JobFailure = z.infer<typeof jobFailureSchema>

const jobStateSchema = z.enum(['queued', 'active', 'done', 'failed', 'cancelled'])
export type JobState = z.infer<typeof jobStateSchema>

const jobDesignSchema = z.object({
  id: idSchema,
  state: jobStateSchema,
  /** Mockups of its template. */
  mockups: z.number().int(),
  /** Those of them that are there, drawn from the mockup and the file as they are now. */
  made: z.array(z.object({ mockupId: mockupIdSchema, fileName: z.string(), sha256: sha256Schema })),
  /** Why it failed, or what holds it up. */
  failure: jobFailureSchema.nullable(),
})
export type JobDesign = z.infer<typeof jobDesignSchema>

/** `GET /v1/mockup-jobs/{id}`; a design that was just stored has a job of its own id. */
export const mockupJobSchema = z.object({
  id: idSchema,
  /** The first of these that any of its designs is in: active, queued, failed, cancelled, done. */
  state: jobStateSchema,
  priority: prioritySchema,
  designs: z.array(jobDesignSchema),
})
export type MockupJob = z.infer<typeof mockupJobSchema>

/** `GET /v1/mockup-jobs?template&number&state`: the last job of each design, of a template by its code, newest first. */
export const jobsQuerySchema = z.object({
  template: storableText(200).optional(),
  number: z.coerce.number().int().min(1).optional(),
  state: jobStateSchema.optional(),
})
export type JobsQuery = z.infer<typeof jobsQuerySchema>
export const listedJobSchema = jobDesignSchema.extend({ jobId: idSchema, fileName: z.string() })
export type ListedJob = z.infer<typeof listedJobSchema>
export const listedJobsSchema = z.object({ jobs: z.array(listedJobSchema), more: z.boolean() })
export type ListedJobs = z.infer<typeof listedJobsSchema>

/** `GET /v1/mockups/{id}/lacking`: designs of its template that lack it as it is now, and wait in no job. */
export const lackingDesignsSchema = z.object({
  designs: z.number().int(),
  /** What one worker would take for them, by what the last ones took; null where none was made. */
  seconds: z.number().nullable(),
  /** The first of them: as many as one job takes. */
  ids: z.array(idSchema),
})
export type LackingDesigns = z.infer<typeof lackingDesignsSchema>
