import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { describeFailure } from '../../src/shared/domain/failure.ts'
import { ODD, REFUSED } from '../support/bad-pictures.ts'
import { findDifferences } from '../support/differences.ts'
import { expectOk } from '../support/engine.ts'
import { openEngineShop, shareServers, writeDesigns } from '../support/engine-shop.ts'

/** `GALLEY_TEST_DESIGNS=1000 npm run integration -- engine-bad-files` for more than is tried each time. */
const GOOD = Number(process.env.GALLEY_TEST_DESIGNS ?? 1000)
const BAD = GOOD / 10
/** Of a worker that had every kind in its hands. */
const MAX_WORKER_BYTES = 250 * 2 ** 20

const { sshd, backend } = await shareServers()

test(`[huge, SVG with references, CMYK, 16-bit, animated] of ${GOOD} files with ${BAD} bad ones among them, each good one is stored and each bad one explained`, {
  timeout: 900_000,
}, async () => {
  await using shop = await openEngineShop({ sshd, backend })
  const seeds = Array.from({ length: GOOD - ODD.length }, (_, at) => 100 + at)
  const good = await writeDesigns(shop.drops, seeds)
  for (const [at, { name, make }] of ODD.entries()) {
    const path = join(shop.drops, `design ${150 + at * 10} ${name}`)
    await writeFile(path, await make())
    good.push(path)
  }
  const says = new Map<string, RegExp>()
  const kinds = await Promise.all(REFUSED.map(async (kind) => ({ ...kind, bytes: await kind.make() })))
  for (let at = 0; at < BAD; at += 1) {
    const kind = kinds[at % kinds.length]
    if (kind === undefined) throw new Error('no kinds')
    const fileName = `design ${100 + at * 10} bad ${kind.name}`
    await writeFile(join(shop.drops, fileName), kind.bytes)
    says.set(fileName, kind.says)
  }

  const batchId = await shop.drop([shop.drops], { onDuplicate: 'keep', onSimilar: 'keep' })
  const receipt = await shop.rest(batchId)
  const done = receipt.filter(({ outcome }) => outcome === 'done')
  const failed = receipt.filter(({ outcome }) => outcome === 'failed').map(({ fileName }) => fileName)
  expect(failed.sort()).toEqual([...says.keys()].sort())
  const ends = { sources: good, nasRoot: shop.nasRoot, records: await shop.records(), receipt: done }
  expect(await findDifferences(ends)).toEqual([])
  for (const { fileName, failure } of await shop.items(batchId)) {
    const words = says.get(fileName)
    if (words !== undefined) expect(failure === null ? '' : describeFailure(failure), fileName).toMatch(words)
  }
  const { workers } = expectOk(await shop.engine.peer.call('activity', null))
  for (const { kind, restarts, peakRssBytes } of workers) {
    expect(restarts, kind).toBe(0)
    expect(peakRssBytes, kind).toBeLessThan(MAX_WORKER_BYTES)
  }
})
