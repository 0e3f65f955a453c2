import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { expect, onTestFinished, test, vi } from 'vitest'
import { startBackend } from '../support/backend.ts'
import { type Ended, startGalley } from '../support/galley.ts'

vi.setConfig({ testTimeout: 180_000 })

const NAS = ['--nas', 'sftp://ana@127.0.0.1:1/designs', '--host-key', `SHA256:${'A'.repeat(43)}`]
/** On a photo of 5000 x 4000, which is brought in at 4000 x 3200 and shown at 2000 x 1600. */
const QUAD = '1000,500 3000,750 3000,3000 1000,3500'

test('a mockup of one workstation is drawn elsewhere on another, not through its mask, or over a later one', async () => {
  const home = await openHome()
  const service = await startBackend()
  const token = await service.addShop('Gifts')
  const otherToken = (await service.backend.addToken('Gifts', 'other'))?.token ?? ''
  const backend = (of: string) => ['--backend', service.url, '--token-file', of]
  const one = workstation(home, 'one')
  const other = workstation(home, 'other')
  await writeFile(join(home, 'token'), token)
  await writeFile(join(home, 'other token'), otherToken)
  await one('shop', 'add', '--shop', 'Gifts', '--template', 'Cup', ...NAS, ...backend(join(home, 'token')))
  await other('shop', 'add', '--shop', 'Gifts', ...NAS, ...backend(join(home, 'other token')))

  const photo = join(home, 'photo.jpg')
  await even(5000, 4000, '#c8c8c8').jpeg().toFile(photo)
  const mask = join(home, 'mask.png')
  const half = { input: await even(2000, 4000, '#000000').png().toBuffer(), left: 0, top: 0 }
  await even(5000, 4000, '#ffffff').composite([half]).greyscale().png().toFile(mask)
  const added = await one('mockup', 'add', 'On a wall', '--photo', photo, '--quad', QUAD, '--mask', mask)
  expect(added).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^On a wall: Cup, 1 placement on 4000x3200, revision 1 /),
  })
  expect(await other('mockup', 'check')).toMatchObject({ code: 0, stdout: expect.stringContaining('can be drawn') })

  const design = join(home, 'design.png')
  await even(900, 1080, '#1450c8').png().toFile(design)
  const to = join(home, 'out.jpg')
  expect(await other('mockup', 'render', 'On a wall', design, '--to', to)).toMatchObject({ code: 0, stderr: '' })
  const at = await pixelsOf(to)
  expect(at.size).toEqual([2000, 1600])
  // Beside it, behind the mask, in the middle, and at both sides of its right edge.
  const ground = [200, 200, 200]
  const places = [
    [200, 800],
    [600, 800],
    [1000, 800],
    [1195, 800],
    [1205, 800],
  ] as const
  const colours = places.map(([x, y]) => at.pixel(x, y).map((value) => Math.round(value / 10) * 10))
  expect(colours).toEqual([ground, ground, [20, 80, 200], [20, 80, 200], ground])

  // Who did not see its last revision changes nothing.
  const again = (revision: string) => [
    'mockup',
    'add',
    'On a wall',
    '--photo',
    photo,
    '--quad',
    QUAD,
    '--revision',
    revision,
  ]
  expect((await other(...again('1'))).stdout).toContain('revision 2')
  const late = await one(...again('1'), '--opacity', '0.5')
  expect(late).toMatchObject({ code: 1, stdout: '' })
  expect(late.stderr).toMatch(/The shop's: On a wall: .*revision 2 .*\nYours: On a wall.*\n.*--revision 2/)
  expect(late.stderr).toContain('Another workstation changed this mockup meanwhile.')
  await service[Symbol.asyncDispose]()
  const away = await one('mockup', 'render', 'On a wall', design, '--to', to)
  expect(away).toMatchObject({ code: 1, stderr: expect.stringContaining('The backend does not answer') })
})

async function openHome(): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'galley-mockups-'))
  onTestFinished(() => rm(home, { recursive: true, force: true }))
  return home
}

function workstation(home: string, name: string) {
  return (...args: string[]): Promise<Ended> => startGalley(...args, '--data-dir', join(home, `data of ${name}`)).ended
}

function even(width: number, height: number, background: string) {
  return sharp({ create: { width, height, channels: 3, background } })
}

async function pixelsOf(path: string) {
  const { data, info } = await sharp(await readFile(path))
    .raw()
    .toBuffer({ resolveWithObject: true })
  return {
    size: [info.width, info.height],
    pixel: (x: number, y: number) => [...data.subarray((y * info.width + x) * 3, (y * info.width + x) * 3 + 3)],
  }
}
