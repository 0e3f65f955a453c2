import { randomUUID } from 'node:crypto'
import { afterAll, describe, expect, test, vi } from 'vitest'
import type { PutTemplate, ShopTemplate } from '../../src/shared/api/templates.ts'
import { startBackendOn, startOnPglite, type TestBackend } from '../support/backend.ts'
import { expectOk } from '../support/engine.ts'
import { startPostgres } from '../support/postgres.ts'
import { startSetBackBackend, waysBack } from '../support/set-back.ts'

const postgres = await startPostgres()
afterAll(async () => {
  if (typeof postgres !== 'string') await postgres[Symbol.asyncDispose]()
})

const signal = new AbortController().signal

describe('templates on PGlite', () => behaves(() => startOnPglite()))

if (typeof postgres === 'string') test('templates on PostgreSQL', ({ skip }) => skip(postgres))
else
  describe('templates on PostgreSQL', () =>
    behaves(async () => startBackendOn({ kind: 'postgres', url: await postgres.createDatabase() })))

function sent(name: string, change: Partial<PutTemplate> = {}): PutTemplate {
  return {
    revision: 0,
    name,
    code: name,
    folder: `Shop/${name}`,
    placeId: null,
    widthInches: 9.5,
    heightInches: 4.33,
    dpi: 300,
    fit: 'contain',
    namePattern: 'UV {number} {template}_{number}',
    ...change,
  }
}

/** A shop with two workstations. */
async function openShop(service: TestBackend) {
  await service.addShop('shop')
  const clientOf = async (device: string) =>
    service.client((await service.backend.addToken('shop', device))?.token ?? '')
  const [one, other] = [await clientOf('one'), await clientOf('other')]
  const all = async () => expectOk(await other.templates(signal))
  return { one, other, all }
}

/** What the service answers itself, beside what the engine makes of it. */
async function put(service: TestBackend, token: string, id: string, body: object) {
  const answer = await fetch(`${service.url}/v1/templates/${id}`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  return { status: answer.status, body: await answer.json() }
}

function behaves(start: () => Promise<TestBackend>): void {
  test('a template is made once, and changed by who saw its last revision; who did not is answered with it', async () => {
    await using service = await start()
    const { one, other, all } = await openShop(service)
    expect(await all()).toEqual([])
    const id = randomUUID()
    const made = expectOk(await one.putTemplate(id, sent('Mug'), signal))
    expect(made).toMatchObject({ isKept: true, current: { id, revision: 1, name: 'Mug', folder: 'Shop/Mug' } })
    // The answer was lost, and it is sent again.
    expect(expectOk(await one.putTemplate(id, sent('Mug'), signal))).toEqual(made)
    const changed = { ...sent('Mug', { revision: 1, dpi: 200 }), name: 'Big mug' }
    expect(expectOk(await other.putTemplate(id, changed, signal)).current).toMatchObject({ revision: 2, dpi: 200 })
    const late = await one.putTemplate(id, sent('Mug', { revision: 1, fit: 'canvas' }), signal)
    expect(expectOk(late)).toMatchObject({
      isKept: false,
      current: { id, revision: 2, name: 'Big mug', fit: 'contain' },
    })
    expect(await all()).toMatchObject([{ id, revision: 2, name: 'Big mug', code: 'Mug', dpi: 200, fit: 'contain' }])
  })

  test('of two changes that come at once, one is kept and the other answered with it', async () => {
    await using service = await start()
    const { one, other, all } = await openShop(service)
    const id = randomUUID()
    expectOk(await one.putTemplate(id, sent('Mug'), signal))
    const answers = await Promise.all([
      one.putTemplate(id, sent('Mug', { revision: 1, dpi: 200 }), signal),
      other.putTemplate(id, sent('Mug', { revision: 1, dpi: 600 }), signal),
    ])
    const [kept, refused] = answers.map(expectOk).sort((a, b) => Number(b.isKept) - Number(a.isKept))
    expect([kept?.isKept, refused?.isKept]).toEqual([true, false])
    expect(refused?.current).toEqual(kept?.current)
    expect(await all()).toEqual([kept?.current])
  })

  test('name, code and folder are one template’s; its own code and folder stay, and its place is learnt once', async () => {
    await using service = await start()
    const { one, all } = await openShop(service)
    const id = randomUUID()
    expectOk(await one.putTemplate(id, sent('Mug'), signal))
    for (const change of [{ name: 'Mug' }, { code: 'Mug' }, { folder: 'Shop/Mug' }]) {
      const alike = expectOk(await one.putTemplate(randomUUID(), sent('Cup', change), signal))
      expect(alike).toMatchObject({ isKept: false, current: { id } })
    }
    const place = randomUUID()
    const learnt = expectOk(await one.putTemplate(id, sent('Mug', { revision: 1, placeId: place }), signal))
    expect(learnt).toMatchObject({ isKept: true, current: { revision: 1, placeId: place } })
    const refused = { ok: false, failure: { code: 'backend-rejected' } }
    for (const change of [{ folder: 'Shop/Cup' }, { code: 'Cup' }, { placeId: randomUUID() }])
      expect(await one.putTemplate(id, sent('Mug', { revision: 1, ...change }), signal)).toMatchObject(refused)
    for (const folder of ['../Other', '/etc', 'Shop/../../Other'])
      expect(await one.putTemplate(randomUUID(), sent('Out', { folder }), signal)).toMatchObject(refused)
    // The same folder in another place is another folder.
    const elsewhere = sent('Cup', { folder: 'Shop/Mug', placeId: randomUUID() })
    expect(expectOk(await one.putTemplate(randomUUID(), elsewhere, signal)).isKept).toBe(true)
    expect((await all())?.map(({ name }) => name)).toEqual(['Cup', 'Mug'])
  })

  test('each refusal has its status and the one shape', async () => {
    await using service = await start()
    const token = await service.addShop('shop')
    const id = randomUUID()
    expect(await put(service, token, id, sent('Mug', { revision: 4 }))).toMatchObject({
      status: 404,
      body: { error: { code: 'not-found' } },
    })
    expect((await put(service, token, id, sent('Mug'))).status).toBe(200)
    expect(await put(service, token, id, sent('Mug', { dpi: 1 }))).toMatchObject({
      status: 409,
      body: { error: { code: 'template-changed' }, current: { id, revision: 1, dpi: 300 } },
    })
    expect(await put(service, token, randomUUID(), sent('Mug'))).toMatchObject({
      status: 409,
      body: { error: { code: 'template-taken' }, current: { id } },
    })
    expect(await put(service, token, id, sent('Mug', { revision: 1, folder: 'Other' }))).toMatchObject({
      status: 422,
      body: { error: { code: 'template-fixed' } },
    })
    expect((await put(service, token, 'mug', sent('Mug'))).status).toBe(400)
    expect((await put(service, token, id, { ...sent('Mug'), name: '\0' })).status).toBe(400)
    expect((await put(service, 'none', id, sent('Mug'))).status).toBe(401)
    const stranger = service.client((await service.backend.addShop('elsewhere', 'it'))?.token ?? '')
    expect(expectOk(await stranger.templates(signal))).toEqual([])
  })

  test('the other workstations hear of what is new, and of nothing else', async () => {
    await using service = await start()
    const { one, other } = await openShop(service)
    const end = new AbortController()
    const heard = vi.fn()
    const listening = other.news(null, heard, end.signal)
    await vi.waitFor(() => expect(heard).toHaveBeenCalledTimes(1))
    const id = randomUUID()
    expectOk(await one.putTemplate(id, sent('Mug'), signal))
    expectOk(await one.putTemplate(id, sent('Mug'), signal))
    expectOk(await one.putTemplate(id, sent('Mug', { revision: 1, dpi: 1 }), signal))
    await vi.waitFor(() => expect(heard).toHaveBeenCalledTimes(3))
    end.abort()
    await listening
    expect(heard.mock.calls).toEqual([[0], [1], [2]])
  })
}

for (const [how, way] of waysBack(postgres)) {
  if (typeof way === 'string') test(`templates set back to ${how}`, ({ skip }) => skip(way))
  else
    test(`[backend set back] to ${how}: templates are there as they were kept, and later ones are taken again`, async () => {
      await using service = await startSetBackBackend(await way())
      const token = await service.addShop('shop')
      const client = service.client(token)
      const id = randomUUID()
      const first = expectOk(await client.putTemplate(id, sent('Mug'), signal)).current
      await service.keep()
      const second = expectOk(await client.putTemplate(id, sent('Mug', { revision: 1, dpi: 200 }), signal)).current
      const third = expectOk(await client.putTemplate(id, sent('Mug', { revision: 2, dpi: 100 }), signal)).current
      const lost = expectOk(await client.putTemplate(randomUUID(), sent('Cup'), signal)).current
      await service.setBack()
      expect(expectOk(await client.templates(signal))).toEqual([first])
      const resend = async (...templates: ShopTemplate[]) => {
        const resent = templates.map((one) => ({ kind: 'template', ...one }) as const)
        return expectOk(await client.sendResent(randomUUID(), resent, signal)).outcomes.map(({ status }) => status)
      }
      // From several workstations, in whatever order: the last revision holds.
      expect(await resend(third, lost)).toEqual(['created', 'created'])
      expect(await resend(second, third, lost)).toEqual(['existing', 'existing', 'existing'])
      // Its name is another template's by now.
      expect(await resend({ ...lost, id: randomUUID() })).toEqual(['existing'])
      expect(expectOk(await client.templates(signal))).toEqual([lost, third])
    })
}
