import { randomUUID } from 'node:crypto'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { CONNECTION_STEPS, isLacking } from '../../src/shared/domain/connection-test.ts'
import type { FailureCode } from '../../src/shared/domain/failure.ts'
import { PLACE_FOLDER } from '../../src/shared/domain/place.ts'
import { startSshd } from '../support/sshd.ts'
import { accessTo, saying, startTransferWorker } from '../support/transfer-worker.ts'

test('the connection test passes on a good NAS, tells each step and leaves nothing behind', async () => {
  await using sshd = await startSshd()
  await using worker = await startTransferWorker()
  const told: unknown[] = []
  const onEvent = (step: unknown): void => void told.push(step)
  const result = await worker.peer.call(
    'testConnection',
    { ...accessTo(sshd), places: { ids: [], isProven: false } },
    { onEvent },
  )
  if (!result.ok) throw new Error(result.failure.code)
  expect(result.value.map(({ step, ok: isOk }) => [step, isOk])).toEqual(CONNECTION_STEPS.map((step) => [step, true]))
  expect(told).toEqual(result.value)
  expect(result.value.filter(({ finding }) => finding === null || isLacking(finding))).toEqual([])
  expect(await readdir(sshd.root)).toEqual([])
})

test("the connection test tells whether the folder is the shop's by its mark, where anybody knows that", async () => {
  await using sshd = await startSshd()
  await using worker = await startTransferWorker()
  const [shops, other] = [randomUUID(), randomUUID()]
  const place = async (ids: string[], isProven = true): Promise<unknown> => {
    const result = await worker.peer.call('testConnection', { ...accessTo(sshd), places: { ids, isProven } })
    return result.ok ? result.value.find(({ step }) => step === 'place') : result
  }
  const notTheirs = { ok: false, failure: { code: 'place-other' } }
  expect(await place([])).toMatchObject({ ok: true, finding: { code: 'place-new' } })
  expect(await place([shops])).toMatchObject(notTheirs)
  expect(await place([shops], false)).toMatchObject({ ok: true, finding: { code: 'place-further' } })
  await mkdir(join(sshd.root, PLACE_FOLDER, shops), { recursive: true })
  expect(await place([other, shops])).toMatchObject({ ok: true, finding: { code: 'place-known' } })
  expect(await place([other], false)).toMatchObject(notTheirs)
  const unasked = await worker.peer.call('testConnection', accessTo(sshd))
  expect(unasked.ok && unasked.value.map(({ step }) => step)).toEqual(
    CONNECTION_STEPS.filter((step) => step !== 'place'),
  )
})

test('the connection test ends with the step that fails and says why', async () => {
  await using sshd = await startSshd()
  await using worker = await startTransferWorker()
  const lastStep = async (changes: Partial<ReturnType<typeof accessTo>>): Promise<unknown> => {
    const result = await worker.peer.call('testConnection', accessTo(sshd, changes))
    return result.ok ? result.value.at(-1) : result
  }
  const { nas } = sshd
  const failed = (step: string, code: FailureCode, detail: string): unknown => ({
    step,
    ok: false,
    finding: null,
    failure: expect.objectContaining({ code, detail: saying(detail) }),
  })
  expect(await lastStep({ hostKey: 'SHA256:other' })).toEqual(
    failed('host-key', 'host-key-changed', sshd.hostKeyFingerprint),
  )
  expect(await lastStep({ nas: { ...nas, user: 'nobody-here' } })).toEqual(
    failed('sign-in', 'needs-sign-in', 'refused'),
  )
  await writeFile(join(sshd.root, 'file'), '')
  expect(await lastStep({ nas: { ...nas, root: join(sshd.root, 'file') } })).toEqual(
    failed('folder', 'remote-conflict', 'file'),
  )
  if (sshd.testUser !== null) {
    const locked = join(sshd.root, 'locked')
    await mkdir(locked, { mode: 0o755 })
    const asTestUser = { ...nas, user: sshd.testUser.user, root: locked }
    expect(await lastStep({ nas: asTestUser })).toEqual(failed('write', 'permission-denied', locked))
  }
  await sshd.stop()
  expect(await lastStep({})).toEqual(failed('reach', 'nas-unreachable', 'ECONNREFUSED'))
})
