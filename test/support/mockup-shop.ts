import { createHash, randomUUID } from 'node:crypto'
import sharp from 'sharp'
import type { PutMockup, ShopMockup } from '../../src/shared/api/mockups.ts'
import type { PutTemplate } from '../../src/shared/api/templates.ts'
import type { Surface } from '../../src/shared/domain/mockup.ts'
import type { TestBackend } from './backend.ts'
import { documentedFetch } from './documented.ts'
import { expectOk } from './engine.ts'

const signal = new AbortController().signal
const SIDE = 200
const FRONT: Surface = {
  kind: 'quad',
  corners: [
    [20, 20],
    [180, 30],
    [170, 180],
    [30, 170],
  ],
}

export type Asked = { readonly status: number; readonly body: unknown }

/** A shop at a record service, to which mockups are given and of which jobs are asked. */
export async function openMockupShop(service: TestBackend, name = `shop ${randomUUID()}`) {
  const token = await service.addShop(name)
  const client = service.client(token)
  const told = documentedFetch(service.url)
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const ask = async (path: string, post?: object): Promise<Asked> => {
    const how = post === undefined ? {} : { method: 'POST', body: JSON.stringify(post) }
    const answer = await told(`${service.url}/v1/${path}`, { headers, ...how })
    return { status: answer.status, body: await answer.json() }
  }
  return {
    name,
    token,
    client,
    ask,
    /** The shop's events, until the end of the test. */
    async hear() {
      const controller = new AbortController()
      const stream = await fetch(`${service.url}/v1/events`, { headers, signal: controller.signal })
      let text = ''
      const reading = (async () => {
        for await (const bytes of stream.body ?? []) text += Buffer.from(bytes).toString()
      })().catch(() => undefined)
      return {
        /** Of each job in which something changed, as often as it was told. */
        jobIds: (): readonly unknown[] =>
          [...text.matchAll(/^event: mockups\ndata: (.*)\n$/gm)].flatMap(([, data = '']) => JSON.parse(data).jobIds),
        async [Symbol.asyncDispose]() {
          controller.abort()
          await reading
        },
      }
    },
    job: async (id: string) => (await ask(`mockup-jobs/${id}`)).body,
    /** A template of that code; its id. */
    async addTemplate(code: string): Promise<string> {
      const id = randomUUID()
      const rules = { widthInches: 4, heightInches: 4, dpi: 300, fit: 'contain', namePattern: '{number}' } as const
      const template: PutTemplate = { ...rules, name: code, code, folder: `shop/${code}`, placeId: null, revision: 0 }
      expectOk(await client.putTemplate(id, template, signal))
      return id
    },
    async putMockup(
      templateId: string,
      mockupName: string,
      { id = randomUUID(), ...change }: Partial<PutMockup & { id: string }> = {},
    ): Promise<ShopMockup> {
      const photo = await sharp({ create: { width: SIDE, height: SIDE, channels: 3, background: '#b0a090' } })
        .jpeg()
        .toBuffer()
      const sha256 = createHash('sha256').update(photo).digest('hex')
      expectOk(await client.putBlob(sha256, new Uint8Array(photo), signal))
      const mockup: PutMockup = {
        photo: { sha256, width: SIDE, height: SIDE },
        placements: [{ surface: FRONT, mask: null, blend: 'normal', opacity: 1, shading: null, displacement: null }],
        quality: 90,
        watermark: null,
        templateId,
        name: mockupName,
        rank: 1,
        revision: 0,
        ...change,
      }
      return expectOk(await client.putMockup(id, mockup, signal)).current
    },
  }
}
