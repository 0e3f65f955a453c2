import { randomUUID } from 'node:crypto'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { startBackendOn, startOnPglite, type TestBackend } from '../support/backend.ts'
import { expectOk } from '../support/engine.ts'
import { openMockupShop } from '../support/mockup-shop.ts'
import { startPostgres } from '../support/postgres.ts'
import { sampleRecord } from '../support/sample-record.ts'

const signal = new AbortController().signal
const postgres = await startPostgres()
afterAll(async () => {
  if (typeof postgres !== 'string') await postgres[Symbol.asyncDispose]()
})

describe('jobs on PGlite', () => behaves(() => startOnPglite()))

if (typeof postgres === 'string') test('jobs on PostgreSQL', ({ skip }) => skip(postgres))
else
  describe('jobs on PostgreSQL', () =>
    behaves(async () => startBackendOn({ kind: 'postgres', url: await postgres.createDatabase() })))

/** A record of the template; each number is another one. */
function recordOf(template: string, number: number, change = {}) {
  return sampleRecord(number, { id: randomUUID(), template, ...change })
}

function behaves(start: () => Promise<TestBackend>): void {
  test('a record makes one job with it, of a template with mockups; one that is resent, found on the NAS or refused makes none', async () => {
    await using service = await start()
    const shop = await openMockupShop(service)
    await shop.putMockup(await shop.addTemplate('Cup'), 'on a table')
    await shop.addTemplate('Mug')
    const [cup, mug, found, resent] = [
      recordOf('Cup', 1),
      recordOf('Mug', 2),
      recordOf('Cup', 3, { imported: true }),
      recordOf('Cup', 4),
    ]
    const bad = recordOf('Cup', 5, { remotePath: cup.remotePath })
    const send = async () => expectOk(await shop.client.sendBatch('key', [cup, mug, found, bad], signal)).outcomes
    const outcomes = await send()
    expect(outcomes.map(({ status }) => status)).toEqual(['created', 'created', 'created', 'rejected'])
    expect(await send()).toEqual(outcomes)
    expectOk(await shop.client.sendResent('other key', [{ kind: 'design', id: resent.id, record: resent }], signal))

    expect(await shop.ask(`mockup-jobs/${cup.id}`)).toEqual({
      status: 200,
      body: {
        id: cup.id,
        state: 'queued',
        priority: 'normal',
        designs: [{ id: cup.id, state: 'queued', mockups: 1, made: [], failure: null }],
      },
    })
    for (const { id } of [mug, found, resent, bad]) expect((await shop.ask(`mockup-jobs/${id}`)).status).toBe(404)
  })

  test('a job that is asked for is answered at once, once while it is in flight, and is cancelled or begun anew', async () => {
    await using service = await start()
    const shop = await openMockupShop(service)
    const mockup = await shop.putMockup(await shop.addTemplate('Cup'), 'on a table')
    await shop.addTemplate('Mug')
    const cups = [recordOf('Cup', 1, { imported: true }), recordOf('Cup', 2, { imported: true })]
    const mug = recordOf('Mug', 3)
    expectOk(await shop.client.sendBatch('key', [...cups, mug], signal))
    const designIds = cups.map(({ id }) => id).sort()
    const lacking = async () => (await shop.ask(`mockups/${mockup.id}/lacking`)).body
    expect(await lacking()).toMatchObject({ designs: 2, seconds: null, ids: expect.arrayContaining(designIds) })

    await using events = await shop.hear()

    const id = randomUUID()
    const asked = { id, designIds: [...designIds, mug.id, randomUUID()], priority: 'low' }
    // Of two that ask at once under one id, one is queued.
    const twice = await Promise.all([shop.ask('mockup-jobs', asked), shop.ask('mockup-jobs', asked)])
    expect(twice.sort((a, b) => a.status - b.status)).toMatchObject([
      { status: 202, body: { id, designs: 2 } },
      { status: 409, body: { error: { code: 'job-in-flight' } } },
    ])
    expect(await lacking()).toMatchObject({ designs: 0, ids: [] })
    await vi.waitFor(() => expect(events.jobIds()).toContain(id))

    const of = (ids: string[]) => shop.ask('mockup-jobs', { ...asked, id: randomUUID(), designIds: ids })
    expect(await of([mug.id])).toMatchObject({ status: 422, body: { error: { code: 'no-mockups' } } })
    expect((await of([randomUUID()])).status).toBe(404)
    expect((await of([mug.id, mug.id])).status).toBe(400)

    const stateOf = (state: string) => ({ id, state, designs: designIds.map((one) => ({ id: one, state })) })
    expect(await shop.job(id)).toMatchObject(stateOf('queued'))
    expect((await shop.ask('mockup-jobs:cancel', { id })).body).toMatchObject(stateOf('cancelled'))
    expect((await shop.ask('mockup-jobs:retry', { id })).body).toMatchObject(stateOf('queued'))
    expect((await shop.ask('mockup-jobs', asked)).status).toBe(409)
    expect((await shop.ask('mockup-jobs:cancel', { id })).status).toBe(200)
    expect((await shop.ask('mockup-jobs', asked)).status).toBe(202)
    expect((await shop.ask('mockup-jobs:cancel', { id: randomUUID() })).status).toBe(404)
    const stranger = await openMockupShop(service)
    for (const path of [`mockup-jobs/${id}`, `mockups/${mockup.id}/lacking`])
      expect((await stranger.ask(path)).status).toBe(404)
  })
}
