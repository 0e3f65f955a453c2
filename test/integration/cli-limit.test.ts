import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { startGalley } from '../support/galley.ts'

test('a limit that is set in the terminal is kept, and one that makes no sense changes nothing', async () => {
  const home = await mkdtemp(join(tmpdir(), 'galley-cli-'))
  onTestFinished(() => rm(home, { recursive: true, force: true }))
  const own = ['--data-dir', join(home, 'data')]
  const galley = (...args: string[]) => startGalley(...args, ...own).ended

  expect(await galley('limit')).toMatchObject({ code: 0, stdout: 'Full speed.\n' })
  expect(await galley('limit', '1.5M')).toMatchObject({ code: 0, stdout: 'Limited to 1.5 MB/s.\n' })
  expect(await galley('limit', '08:00,paused', '08:00,off')).toMatchObject({
    code: 2,
    stderr: 'That is no timetable: a time of day stands there twice\n',
  })
  const { stdout } = await galley('limit', '--json')
  const timetable = [{ at: '00:00', bytesPerSecond: 1_500_000 }]
  expect(JSON.parse(stdout)).toEqual({ type: 'limit', bytesPerSecond: 1_500_000, until: null, timetable })
  expect((await galley('status')).stdout).toContain('Limited to 1.5 MB/s.')
  expect((await galley('limit', 'off')).stdout).toBe('Full speed.\n')
})
