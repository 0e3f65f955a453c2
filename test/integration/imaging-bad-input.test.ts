import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { describeFailure } from '../../src/shared/domain/failure.ts'
import { ODD, REFUSED } from '../support/bad-pictures.ts'
import { type ImagingWorker, startImagingWorker } from '../support/imaging-worker.ts'
import { drawDesign } from '../support/pictures.ts'

let worker: ImagingWorker
beforeAll(async () => {
  worker = await startImagingWorker()
})
afterAll(() => worker.stop())

/** Longer than any of them needs on a busy machine, shorter than the worker's own limit for a file. */
const EACH_MS = 30_000

describe('an imaging worker', () => {
  it.each(REFUSED)(
    '[huge, SVG with references] refuses $name: $code, in its own words',
    { timeout: EACH_MS },
    async ({ name, code, says, make }) => {
      const examined = await worker.examine(name, await make())
      expect(examined).toMatchObject({ ok: false, failure: { code } })
      expect(examined.ok ? '' : describeFailure(examined.failure)).toMatch(says)
    },
  )

  it.each(ODD)(
    '[CMYK, 16-bit, animated] takes $name for what it is',
    { timeout: EACH_MS },
    async ({ name, picture, make }) => {
      const examined = await worker.examine(name, await make())
      expect(examined).toMatchObject({ ok: true, value: { picture } })
    },
  )

  it('refuses what is not there, and what is not a file', async () => {
    const gone = await worker.peer.call('examine', { path: join(worker.folder, 'nowhere.png') })
    expect(gone).toMatchObject({ ok: false, failure: { code: 'source-gone' } })
    await mkdir(join(worker.folder, 'folder.png'))
    const folder = await worker.peer.call('examine', { path: join(worker.folder, 'folder.png') })
    expect(folder).toMatchObject({ ok: false, failure: { code: 'folder-unreadable' } })
  })

  it('goes on with good pictures after all of these, its memory bounded', async () => {
    const examined = await worker.examine('good.png', await drawDesign(1, { width: 300, height: 360 }))
    expect(examined.ok).toBe(true)
    const vitals = await worker.peer.call('vitals', null)
    expect(vitals.ok && vitals.value.peakRssBytes / 2 ** 20).toBeLessThan(250)
  })
})
