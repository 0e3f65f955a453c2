import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { ROOT } from '../../scripts/electron-host.ts'
import { expect, test } from './fixture.ts'

test('npm start without a display says in one line what runs and where its picture is, and ends when told', async ({
  config,
}) => {
  test.skip(process.platform !== 'linux', 'only Linux has machines without a display')
  const start = spawn(process.execPath, ['scripts/start.ts'], {
    cwd: ROOT,
    env: { ...process.env, DISPLAY: '', WAYLAND_DISPLAY: '', XDG_CONFIG_HOME: config },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const exited = once(start, 'exit')
  let complaints = ''
  start.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints += text
  })
  const lines: string[] = []
  for await (const line of createInterface({ input: start.stdout })) {
    lines.push(line)
    if (line.includes('Ctrl-C')) break
  }
  start.kill('SIGINT')
  await exited
  expect(lines).toHaveLength(1)
  expect(complaints).not.toMatch(/\n\s+at /)
  const picture = /What it would show: (\S+\.png)/.exec(lines[0] ?? '')?.[1] ?? ''
  expect(readFileSync(picture).subarray(1, 4).toString()).toBe('PNG')
})
