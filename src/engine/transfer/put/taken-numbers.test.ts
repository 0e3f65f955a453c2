import { expect, test } from 'vitest'
import { stubSftp } from '../../../../test/support/sftp-stub.ts'
import type { NumberRange } from '../../../shared/domain/number-range.ts'
import type { SftpRequests } from '../connection/sftp-requests.ts'
import { createTakenNumbers } from './taken-numbers.ts'

const numbering = { templateId: 'uv', code: 'UV', namePattern: 'UV {number}' }

/** A folder of so many names of ours, of which it tells a hundred at a time; `null`: it may not be listed. */
function folderOf(names: number | null) {
  let listings = 0
  let at = 0
  const told: (readonly NumberRange[])[] = []
  const sftp: SftpRequests = {
    ...stubSftp().sftp,
    async openFolder() {
      listings += 1
      at = 0
      if (names === null) return { ok: false, fault: { kind: 'refused', status: 3, words: 'denied' } }
      return { ok: true, value: Buffer.from('folder') }
    },
    async readFolder() {
      const page = Array.from({ length: Math.min(100, (names ?? 0) - at) }, (_, n) => `UV ${at + n + 1}.png`)
      at += page.length
      return { ok: true, value: page.map((filename) => ({ filename })) as never }
    },
  }
  const taken = createTakenNumbers('/', async (_, ranges) => void told.push(ranges))
  return { sftp, taken, told, listings: () => listings }
}

test('a folder of 100,000 names is listed once for all who ask, and told as what it is in short', async () => {
  const { sftp, taken, told, listings } = folderOf(100_000)
  await Promise.all(Array.from({ length: 20 }, () => taken.learn(sftp, numbering)))
  await taken.learn(sftp, numbering)
  expect([told, listings()]).toEqual([[[[1, 100_000]]], 1])
})

test('of names that turn out to be taken, the folder is listed anew for few in a small one, and for many in a large one', async () => {
  for (const [names, tries] of [
    [50, 1],
    [3_000, 10],
  ] as const) {
    const { sftp, taken, listings } = folderOf(names)
    await taken.learn(sftp, numbering)
    for (let n = 1; n < tries; n += 1) await taken.met(sftp, numbering, 1)
    expect(listings()).toBe(1)
    await taken.met(sftp, numbering, 1)
    expect(listings()).toBe(2)
    // What was given before that listing is known by it.
    for (let n = 0; n < tries; n += 1) await taken.met(sftp, numbering, 1)
    expect(listings()).toBe(2)
  }
})

test('a folder that nobody may list is gone on with, and nothing is said of it', async () => {
  const { sftp, taken, told } = folderOf(null)
  await taken.learn(sftp, numbering)
  await taken.met(sftp, numbering, 1)
  expect([told, taken.listings]).toEqual([[], 2])
})
