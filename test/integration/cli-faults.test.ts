import { mkdir, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { drawDesign } from '../../src/practice/draw-design.ts'
import { startBackend, type TestBackend } from '../support/backend.ts'
import { startChaosProxy } from '../support/chaos-proxy.ts'
import { findDifferences } from '../support/differences.ts'
import { setUpWorkstation, startGalley, type Workstation } from '../support/galley.ts'
import { mountSmallDisk, whyNoSmallDisk } from '../support/small-disk.ts'
import { startSshd } from '../support/sshd.ts'

vi.setConfig({ testTimeout: 180_000 })

const DESIGNS = 6
let home: string
let folder: string
let sources: string[]
let backend: TestBackend

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'galley-faults-'))
  folder = join(home, 'designs')
  await mkdir(folder)
  sources = await Promise.all(Array.from({ length: DESIGNS }, (_, seed) => writeDesign(folder, seed)))
  backend = await startBackend()
})

afterAll(async () => {
  await backend[Symbol.asyncDispose]()
  await rm(home, { recursive: true, force: true })
})

async function writeDesign(to: string, seed: number): Promise<string> {
  const path = join(to, `design ${seed}.png`)
  await writeFile(path, await drawDesign(seed, { width: 900, height: 1000 }))
  return path
}

/** What waited is whole in the end. */
async function expectWhole(station: Workstation): Promise<void> {
  const ends = { sources, nasRoot: station.nasRoot, records: await station.records(), receipt: await station.receipt() }
  expect(await findDifferences(ends)).toEqual([])
}

test('[wrong password] the command says so, waits, and goes on with the right one', async (context) => {
  await using sshd = await startSshd()
  const { testUser } = sshd
  if (testUser === null) return context.skip('a user who signs in by password is made by root only')
  const passwordFile = join(home, 'password')
  await writeFile(passwordFile, 'not this one')
  const signIn = { user: testUser.user, passwordFile }
  const station = await setUpWorkstation({ home, sshd, backend, shop: 'Password', signIn })

  const refused = await station.upload([folder]).ended
  expect(refused.code).toBe(3)
  expect(refused.stdout).toContain('Waiting: The NAS refused the sign-in.')
  expect(refused.stdout).toContain(`Go on with: npm run -s galley -- resume --data-dir "${station.dataDir}"`)
  // A NAS locks out who tries too often.
  expect(sshd.log().match(/Failed password/g)?.length).toBeLessThanOrEqual(3)

  // Given with the command: the old file's password must not be tried first.
  const corrected = join(home, 'corrected password')
  await writeFile(corrected, testUser.password)
  expect((await station.resume('--password-file', corrected).ended).code).toBe(0)
  await expectWhole(station)
})

test('an unknown NAS: nothing is sent before its fingerprint is trusted', async () => {
  await using sshd = await startSshd()
  const station = await setUpWorkstation({ home, sshd, backend, shop: 'Unknown', trust: [] })
  const refused = await station.upload([folder]).ended
  expect(refused.code).toBe(1)
  expect(refused.stderr).toContain(`It shows ${sshd.hostKeyFingerprint}`)
  expect(refused.stderr).not.toContain('    at ')
  expect(await station.records()).toEqual([])

  expect((await station.upload([folder], '--trust-on-first-use').ended).code).toBe(0)
  await expectWhole(station)
})

test('[host key changed] a wrong host key, a moved backend, a token for another shop: said, and corrected as the work goes on', async () => {
  await using sshd = await startSshd()
  const trust = ['--host-key', `SHA256:${'A'.repeat(43)}`]
  const backendUrl = 'http://127.0.0.1:1'
  const station = await setUpWorkstation({ home, sshd, backend, shop: 'Corrected', trust, backendUrl })
  const wrong = await station.upload([folder]).ended
  expect(wrong.code).toBe(3)
  expect(wrong.stdout).toContain("Waiting: The NAS's identity changed.")
  expect(wrong.stdout.match(/Nothing is lost\./g)).toHaveLength(1)

  const corrections = ['--host-key', sshd.hostKeyFingerprint, '--backend', backend.url]
  const stranger = await station.resume('--shop', 'Nobody', ...corrections).ended
  expect([stranger.code, stranger.stderr]).toEqual([2, 'Nothing waits for a shop "Nobody".\n'])
  expect((await station.resume(...corrections).ended).code).toBe(0)
  await expectWhole(station)

  const other = await station.upload([folder], '--shop', 'Another', ...corrections).ended
  const warning = 'The backend\'s token is for the shop "Corrected"; records of "Another" go there.'
  expect(other.stderr.split(warning)).toHaveLength(2)
})

test('[refused for a while] the NAS is down: says so, and goes on when it is back', async () => {
  await using sshd = await startSshd()
  const station = await setUpWorkstation({ home, sshd, backend, shop: 'Down' })
  await sshd.stop()
  const waiting = await station.upload([folder]).ended
  expect(waiting.code).toBe(3)
  expect(waiting.stdout).toContain('Waiting: The NAS does not answer.')

  await sshd.start()
  expect((await station.resume().ended).code).toBe(0)
  await expectWhole(station)
})

test('the backend is down: files are safe on the NAS, records follow when it is back', async () => {
  await using sshd = await startSshd()
  await using proxy = await startChaosProxy({ host: '127.0.0.1', port: Number(new URL(backend.url).port) })
  const backendUrl = `http://${proxy.host}:${proxy.port}`
  const station = await setUpWorkstation({ home, sshd, backend, shop: 'Backend', backendUrl })
  proxy.chaos.refusing = true
  const waiting = await station.upload([folder]).ended
  expect(waiting.code).toBe(3)
  expect(waiting.stdout).toContain('Waiting: The backend does not answer.')
  expect((await station.receipt()).map(({ remotePath }) => remotePath !== null)).toEqual(sources.map(() => true))
  expect(await station.records()).toEqual([])

  proxy.chaos.refusing = false
  expect((await station.resume().ended).code).toBe(0)
  await expectWhole(station)
})

test('[NAS full] the command says so, and goes on when space was freed', async (context) => {
  const reason = whyNoSmallDisk()
  if (reason !== null) context.skip(reason)
  await using disk = await mountSmallDisk('rw')
  const filler = join(disk.path, 'filler')
  await writeFile(filler, Buffer.alloc(900 * 1024))
  await using sshd = await startSshd({ root: disk.path })
  const station = await setUpWorkstation({ home, sshd, backend, shop: 'Full' })
  const waiting = await station.upload([folder]).ended
  expect(waiting.code).toBe(3)
  expect(waiting.stdout).toContain('Waiting: The NAS is full.')

  await rm(filler)
  expect((await station.resume().ended).code).toBe(0)
  await expectWhole(station)
})

test('[NAS without fsync] a NAS that cannot be told to sync is used, and the receipt says once what that means', async () => {
  const extensions = 'fsync,statvfs,fstatvfs,hardlink,limits,copy-data,posix-rename'
  await using sshd = await startSshd({ config: [`Subsystem sftp internal-sftp -P ${extensions}`] })
  const station = await setUpWorkstation({ home, sshd, backend, shop: 'Not durable' })
  const ended = await station.upload([folder]).ended
  expect(ended.code).toBe(0)
  expect(ended.stdout.split('This NAS cannot be told to sync its disk')).toHaveLength(2)
  expect((await station.receipt()).map(({ durable }) => durable)).toEqual(sources.map(() => false))
  await expectWhole(station)
})

test('[truncated, empty, wrong extension] fifty broken files: each fails with its reason, the good one among them arrives', async () => {
  const broken = join(home, 'broken')
  await mkdir(broken)
  const good = await writeDesign(broken, 7)
  const whole = await readFile(good)
  for (let i = 0; i < 50; i++) {
    const path = join(broken, `broken ${i}.png`)
    if (i % 3 === 0) await writeFile(path, '')
    else if (i % 3 === 1) await writeFile(path, `this is text, number ${i}`)
    else {
      await writeFile(path, whole)
      await truncate(path, 2000 + i * 10)
    }
  }
  await using sshd = await startSshd()
  const station = await setUpWorkstation({ home, sshd, backend, shop: 'Broken' })
  const ended = await station.upload([broken]).ended
  expect(ended.code).toBe(3)
  expect(ended.stdout).toContain('1 done, 33 failed, 17 no picture')
  const reasons = (await station.receipt()).filter(({ outcome }) => outcome === 'failed').map(({ reason }) => reason)
  const count = (code: string): number => reasons.filter((reason) => reason === code).length
  expect([count('empty-file'), count('unsupported-format'), count('damaged-image')]).toEqual([17, 17, 16])
  expect((await station.records()).map(({ originalName }) => originalName)).toEqual(['design 7.png'])
})

test('what is no picture beside the designs is no failure; a drop of nothing else is', async () => {
  const folder = join(home, 'with a note')
  const note = join(folder, 'readme.txt')
  await mkdir(folder)
  await writeFile(note, 'Print on Monday.')
  await writeFile(join(folder, 'design.png'), await drawDesign(71, { width: 950, height: 433 }))
  await using sshd = await startSshd()
  const station = await setUpWorkstation({ home, sshd, backend, shop: 'Noted' })
  const ended = await station.upload([folder]).ended
  expect([ended.code, ended.stdout]).toEqual([0, expect.stringContaining('1 done, 1 no picture')])
  expect((await station.upload([note]).ended).code).toBe(3)
})

test("a corrected password is of one shop: another shop's NAS is never tried with it", async () => {
  const dataDir = join(home, 'data of two shops')
  const files = { first: join(home, 'first'), second: join(home, 'second'), corrected: join(home, 'corrected') }
  for (const path of Object.values(files)) await writeFile(path, path)
  const nobody = ['--host-key', `SHA256:${'A'.repeat(43)}`, '--backend', backend.url, '--token-file', files.first]
  for (const shop of ['first', 'second'] as const) {
    // Nothing listens on port 1: the work stays open.
    const nas = ['--shop', shop, '--nas', 'sftp://shop@127.0.0.1:1/designs', '--password-file', files[shop]]
    expect((await startGalley('upload', folder, ...nas, ...nobody, '--data-dir', dataDir).ended).code).toBe(3)
  }
  const known = await readFile(join(dataDir, 'secret-files.json'), 'utf8')

  const unclear = await startGalley('resume', '--password-file', files.corrected, '--data-dir', dataDir).ended
  expect(unclear.code).toBe(2)
  expect(unclear.stderr).toContain('Give --shop, one of: first, second')
  expect(await readFile(join(dataDir, 'secret-files.json'), 'utf8')).toBe(known)

  const clear = ['resume', '--shop', 'second', '--password-file', files.corrected, '--data-dir', dataDir]
  await startGalley(...clear).ended
  const kept = JSON.parse(await readFile(join(dataDir, 'secret-files.json'), 'utf8'))
  const passwords = Object.values<Record<string, string>>(kept).map((shop) => shop['nas-password'])
  expect(passwords.sort()).toEqual([files.corrected, files.first].sort())
})
