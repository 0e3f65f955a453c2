import { spawn } from 'node:child_process'
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, it, onTestFinished } from 'vitest'
import { lockDataFolder } from '../../src/data-folder/lock.ts'
import { createRecordClient } from '../../src/engine/records/client.ts'
import { forkChild } from '../../src/engine/workers/fork-child.ts'
import { startPracticeShop } from '../../src/practice/shop.ts'
import type { PracticeContract, PracticePlace } from '../../src/shared/ipc/practice.ts'
import { createPeer } from '../../src/shared/worker/peer.ts'
import { placeEmptyDatabase } from '../support/empty-database.ts'
import { startPractice } from '../support/practice.ts'

const signal = new AbortController().signal
let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'galley-practice-'))
  await placeEmptyDatabase(join(folder, 'backend'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

function clientOf({ backendUrl, token }: PracticePlace) {
  return createRecordClient({ url: backendUrl, token })
}

it('keeps host key and password for its folder; each start has a new token, and the old one ends', async () => {
  const first = await startPractice(folder)
  expect(await clientOf(first.place).shop(signal)).toMatchObject({ ok: true, value: { name: 'Practice shop' } })
  await first[Symbol.asyncDispose]()
  await using second = await startPractice(folder)
  expect(second.place.fingerprint).toBe(first.place.fingerprint)
  expect(second.place.password).toBe(first.place.password)
  expect(await clientOf(second.place).shop(signal)).toMatchObject({ ok: true })
  const old = await clientOf({ ...second.place, token: first.place.token }).shop(signal)
  expect(old).toMatchObject({ failure: { code: 'backend-token' } })
})

it('listens on this computer only, and keeps its secrets from other users', async () => {
  await using practice = await startPractice(folder)
  expect(practice.place.nas.host).toBe('127.0.0.1')
  expect(new URL(practice.place.backendUrl).hostname).toBe('127.0.0.1')
  expect((await stat(join(folder, 'practice-keys.json'))).mode & 0o077).toBe(0)
  expect(await readdir(folder)).toEqual(['backend', 'nas', 'practice-keys.json'])
})

it('is refused while another process has the folder', async () => {
  await using _first = await startPractice(folder)
  const second = await startPracticeShop({
    folder,
    entryUrl: import.meta.url,
    makesMockups: false,
    onFault: () => undefined,
  })
  expect(second).toMatchObject({ ok: false, failure: { code: 'data-folder-in-use' } })
})

it('runs in a process of its own, answers again the same, and after kill -9 starts over the same folder', async () => {
  const one = fork()
  const place = await one.start()
  expect(await one.start()).toEqual(place)
  expect(await clientOf(place).shop(signal)).toMatchObject({ ok: true })
  one.child.kill()
  await one.child.exited
  const two = fork()
  const again = await two.start()
  expect(again.fingerprint).toBe(place.fingerprint)
  expect(await clientOf(again).shop(signal)).toMatchObject({ ok: true })
  two.child.port.close()
  expect(await two.child.exited).toEqual({ code: 0, signal: null })
})

it('from the terminal prints where it is, and ends with the process that started it, its folder free', async () => {
  const main = fileURLToPath(new URL('../../src/practice/main.ts', import.meta.url))
  const child = spawn(process.execPath, [main, '--data-dir', folder], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  const exited = new Promise((resolve) => child.once('exit', resolve))
  const line = await new Promise<Buffer>((resolve) => child.stdout?.once('data', resolve))
  expect(await clientOf(JSON.parse(line.toString())).shop(signal)).toMatchObject({ ok: true })
  child.disconnect()
  expect(await exited).toBe(0)
  const lock = lockDataFolder(join(folder, 'backend'))
  expect(lock).toMatchObject({ ok: true })
  if (lock.ok) lock.value.release()
})

it('from the terminal ends also when whoever started it is gone before it is ready', async () => {
  const main = fileURLToPath(new URL('../../src/practice/main.ts', import.meta.url))
  const child = spawn(process.execPath, [main, '--data-dir', folder], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  const exited = new Promise((resolve) => child.once('exit', resolve))
  child.disconnect()
  expect(await exited).toBe(0)
})

function fork() {
  const child = forkChild(new URL('../../src/worker/practice.ts', import.meta.url))
  const peer = createPeer<Record<never, never>, PracticeContract>(child.port, {})
  return {
    child,
    async start(): Promise<PracticePlace> {
      const started = await peer.call('start', { folder })
      if (!started.ok) throw new Error(JSON.stringify(started.failure))
      return started.value
    },
  }
}
