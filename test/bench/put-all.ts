import { execFileSync } from 'node:child_process'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describeFailure } from '../../src/shared/domain/failure.ts'
import type { VerifyPolicy } from '../../src/shared/domain/shop.ts'
import type { PutRequest } from '../../src/shared/worker/transfer.ts'
import type { Sshd } from '../support/sshd.ts'
import { accessTo, type TransferWorker } from '../support/transfer-worker.ts'
import { timed } from './measure.ts'
import { type ProcessUse, readUse } from './watch-processes.ts'

/** What one copy of all files took. */
export interface Pass {
  readonly wallMs: number
  readonly clientCpuMs: number
}

/** All files through a worker that is already running, then removed again. The worker reaches the server at `port`. */
export async function putAll(
  worker: TransferWorker,
  sshd: Sshd,
  port: number,
  uploads: readonly PutRequest[],
  verify: VerifyPolicy,
): Promise<Pass> {
  const remoteDir = join(sshd.root, 'ours')
  const access = accessTo(sshd, { nas: { ...sshd.nas, port } })
  const { cpuMs: cpuBefore } = processUse(worker)
  const wallMs = await timed(async () => {
    await worker.peer.call('openNas', { nasId: 'nas', access })
    const results = await Promise.all(uploads.map((upload) => worker.put({ ...upload, remoteDir, verify })))
    for (const result of results)
      if (!result.ok) throw new Error(`${result.failure.code}: ${describeFailure(result.failure)}`)
  })
  const clientCpuMs = processUse(worker).cpuMs - cpuBefore
  await clear(remoteDir, uploads.length)
  return { wallMs, clientCpuMs }
}

/** Removes what was stored, and lets the disk come to rest, so that no pass pays for the one before. */
export async function clear(remoteDir: string, expected: number): Promise<void> {
  const { length } = await readdir(remoteDir)
  if (length !== expected) throw new Error(`${length} of ${expected} files in ${remoteDir}`)
  await rm(remoteDir, { recursive: true })
  execFileSync('sync')
}

export function processUse({ pid }: TransferWorker): ProcessUse {
  const use = readUse(pid)
  if (use === null) throw new Error('the transfer worker has ended')
  return use
}
