import { z } from 'zod'

/** A design that was taken back, as a workstation sends it: its file is gone from its place on the NAS. Either the file that it
 *  had replaced stands there again, or a colleague had stored the same elsewhere, and theirs stays. */
export const undoneRecordSchema = z
  .object({
    id: z.uuid().toLowerCase(),
    /** The design whose record ends. */
    designId: z.uuid().toLowerCase(),
    /** The one whose record, as it was, is there again. */
    replaced: z.uuid().toLowerCase().optional(),
    /** The one with the same bytes that stays, without which nothing is ended. */
    twin: z.uuid().toLowerCase().optional(),
    /** A person said so of a twin that only looks the same. */
    isAlike: z.boolean().optional(),
  })
  .refine(({ replaced, twin }) => (replaced === undefined) !== (twin === undefined), 'names either replaced or twin')
export type UndoneRecord = z.infer<typeof undoneRecordSchema>
