import { z } from 'zod'

export const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/)

/** `PUT` and `GET /v1/blobs/{sha256}`: bytes by their SHA-256, of one shop. */
export const blobParamsSchema = z.object({ sha256: sha256Schema })
export const BLOB_TYPE = 'application/octet-stream'
