import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { drawDesign } from '../../src/practice/draw-design.ts'
import { startBackend, type TestBackend } from '../support/backend.ts'
import { findDifferences } from '../support/differences.ts'
import { setUpWorkstation, type Workstation } from '../support/galley.ts'
import { startSshd } from '../support/sshd.ts'

vi.setConfig({ testTimeout: 180_000 })

let home: string
let folder: string
let sources: string[]
let backend: TestBackend

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'galley-set-up-'))
  folder = join(home, 'designs')
  await mkdir(folder)
  sources = await Promise.all(
    [0, 1, 2].map(async (seed) => {
      const path = join(folder, `design ${seed}.png`)
      await writeFile(path, await drawDesign(seed, { width: 900, height: 1000 }))
      return path
    }),
  )
  backend = await startBackend()
})

afterAll(async () => {
  await backend[Symbol.asyncDispose]()
  await rm(home, { recursive: true, force: true })
})

async function expectWhole(station: Workstation): Promise<void> {
  const ends = { sources, nasRoot: station.nasRoot, records: await station.records(), receipt: await station.receipt() }
  expect(await findDifferences(ends)).toEqual([])
}

test('[NAS set up wrongly] SFTP is off: all files wait after one or two sign-ins, and go when it is on', async () => {
  const config = ['Subsystem other /bin/false']
  await using sshd = await startSshd({ config })
  const station = await setUpWorkstation({ home, sshd, backend, shop: 'Without SFTP' })
  const held = await station.upload([folder]).ended
  expect(held.code).toBe(3)
  expect(held.stdout).toContain('The NAS offers this user no SFTP')
  expect((await station.receipt()).map(({ outcome }) => outcome)).toEqual(sources.map(() => 'pending'))
  expect(sshd.log().match(/Accepted /g)?.length).toBeLessThanOrEqual(2)

  await sshd.stop()
  config.length = 0
  await sshd.start()
  expect((await station.resume().ended).code).toBe(0)
  await expectWhole(station)
})

test('[no algorithm in common] an old NAS: the words offer a choice, which goes on and is remembered', async () => {
  await using sshd = await startSshd({ config: ['KexAlgorithms diffie-hellman-group14-sha1'] })
  const station = await setUpWorkstation({ home, sshd, backend, shop: 'Old' })
  const held = await station.upload([folder]).ended
  expect(held.code).toBe(3)
  expect(held.stdout).toContain('--old-algorithms on')
  expect((await station.resume('--old-algorithms', 'on').ended).code).toBe(0)
  await expectWhole(station)
  const doctor = await station.run('doctor').ended
  expect(doctor.stdout).not.toContain('--old-algorithms on')
})
