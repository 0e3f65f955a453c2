import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import type { Kysely } from 'kysely'
import { z } from 'zod'
import { BLOB_TYPE, blobParamsSchema } from '../../shared/api/blobs.ts'
import { MAX_PICTURE_BYTES } from '../../shared/domain/mockup-size.ts'
import type { Tables } from '../database/tables.ts'
import { readBlob, storeBlob } from '../records/blobs.ts'
import { answers, OF_A_BODY, OF_A_SHOP, SECURITY } from './answers.ts'
import { ERRORS, sendError } from './errors.ts'
import { EXAMPLES } from './examples.ts'

const bytesSchema = z
  .instanceof(Buffer)
  .meta({ type: 'string', format: 'binary', maxLength: MAX_PICTURE_BYTES, examples: ['RIFF...'] })

interface BlobRouteParts {
  readonly db: Kysely<Tables>
  readonly shopIdOf: (request: object) => string
}

/** Small pictures of a shop's designs, and those of its mockups, which tell of them by SHA-256. Below the shop's routes: with its token. */
export const addBlobRoutes: FastifyPluginAsyncZod<BlobRouteParts> = async (app, { db, shopIdOf }) => {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(BLOB_TYPE, { parseAs: 'buffer' }, (_request, body, done) => done(null, body))

  app.put(
    '/v1/blobs/:sha256',
    {
      bodyLimit: MAX_PICTURE_BYTES,
      schema: {
        summary:
          'Keeps a picture of a mockup, or a small one of a design, under the SHA-256 of its bytes: once, however often it is sent',
        security: SECURITY,
        consumes: [BLOB_TYPE],
        params: blobParamsSchema,
        body: bytesSchema,
        response: answers(blobParamsSchema, { sha256: EXAMPLES.sha256 }, [
          ...OF_A_SHOP,
          ...OF_A_BODY,
          ERRORS.otherBytes,
        ]),
      },
    },
    async (request, reply) => {
      const { sha256 } = request.params
      const isStored = await storeBlob(db, shopIdOf(request), sha256, request.body)
      return isStored ? { sha256 } : sendError(reply, ERRORS.otherBytes)
    },
  )

  const { 200: _, ...errors } = answers(z.null(), null, [...OF_A_SHOP, ERRORS.noBlob])
  app.get(
    '/v1/blobs/:sha256',
    {
      schema: {
        summary: 'A picture, by the SHA-256 that a record tells as thumbnail, or a mockup as one of its own',
        security: SECURITY,
        params: blobParamsSchema,
        response: { ...errors, 200: { description: 'Done', content: { [BLOB_TYPE]: { schema: bytesSchema } } } },
      },
    },
    async (request, reply) => {
      const data = await readBlob(db, shopIdOf(request), request.params.sha256)
      return data === null ? sendError(reply, ERRORS.noBlob) : reply.type(BLOB_TYPE).send(data)
    },
  )
}
