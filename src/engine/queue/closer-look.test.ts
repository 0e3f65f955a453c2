import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ok } from '../../shared/domain/result.ts'
import type { ImagingContract } from '../../shared/worker/imaging.ts'
import type { Imaging } from '../intake/examine-all.ts'
import { createCloserLook, type Looked } from './closer-look.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'galley-look-'))
  for (const name of ['new.small', 'small.small', 'large.thumb']) await writeFile(join(folder, name), name)
})
afterEach(() => rm(folder, { recursive: true }))

type Compared = ImagingContract['largestDifference']['input']

/** A look at pictures that all differ by so much. */
function look(difference: number | null, fetched: string | null = null) {
  const compared: Compared[] = []
  const imaging = {
    call: async (_: string, input: Compared) => {
      compared.push(input)
      return ok(difference)
    },
  } as unknown as Imaging
  return { compared, closerLook: createCloserLook(imaging, { fetch: async () => ok(fetched) }, folder) }
}

const picture = (id: string, width = 400): Looked => ({ id, size: { width, height: 300 } })

test.each([
  [0, true],
  [0.45, true],
  [0.46, false],
  [null, false],
])('pictures that differ by %j are the same: %j', async (difference, isSame) => {
  const { closerLook } = look(difference)
  expect((await closerLook(picture('new'), [picture('small')])).has('small')).toBe(isSame)
})

test('what has more pixels than the known one prints better, and what has no size may: neither is looked at', async () => {
  const { closerLook, compared } = look(0)
  expect([...(await closerLook(picture('new', 401), [picture('small')]))]).toEqual([])
  expect([...(await closerLook(picture('new'), [{ id: 'small', size: null }]))]).toEqual([])
  expect(compared).toEqual([])
})

test('each is looked at where its thumbnail is: small, large, or at the service; one without is asked about', async () => {
  const here = look(0)
  expect([
    ...(await here.closerLook(
      picture('new'),
      ['small', 'large', 'gone'].map((id) => picture(id)),
    )),
  ]).toEqual(['small', 'large'])
  const fetched = look(0, '/fetched.thumb')
  expect([...(await fetched.closerLook(picture('new'), [picture('gone')]))]).toEqual(['gone'])
  expect(fetched.compared).toEqual([{ first: join(folder, 'new.small'), second: '/fetched.thumb' }])
})
