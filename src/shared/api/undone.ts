import { z } from 'zod'

/** A replacement that was taken back, as a workstation sends it: the new file is gone from its place on the NAS, and the one
 *  that it had replaced stands there again. */
export const undoneRecordSchema = z.object({
  id: z.uuid().toLowerCase(),
  /** The design whose record ends. */
  designId: z.uuid().toLowerCase(),
  /** The one whose record, as it was, is there again. */
  replaced: z.uuid().toLowerCase(),
})
export type UndoneRecord = z.infer<typeof undoneRecordSchema>
