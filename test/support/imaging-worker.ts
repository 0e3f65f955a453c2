import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { forkChild } from '../../src/engine/workers/fork-child.ts'
import type { Examination } from '../../src/shared/domain/item.ts'
import type { Result } from '../../src/shared/domain/result.ts'
import type { ImagingContract } from '../../src/shared/worker/imaging.ts'
import { type CallOptions, createPeer, type Peer } from '../../src/shared/worker/peer.ts'

/** A real imaging worker in a process of its own, with a folder for its files. */
export interface ImagingWorker {
  readonly folder: string
  readonly peer: Peer<ImagingContract>
  readonly exited: Promise<unknown>
  /** Writes the bytes to a file of that name and has it examined. */
  examine(name: string, bytes: Uint8Array, options?: CallOptions<'hashing'>): Promise<Result<Examination>>
  stop(): Promise<void>
}

export async function startImagingWorker(): Promise<ImagingWorker> {
  const folder = await mkdtemp(join(tmpdir(), 'galley-imaging-'))
  const child = forkChild(new URL('../../src/worker/imaging.ts', import.meta.url))
  const peer = createPeer<Record<never, never>, ImagingContract>(child.port, {})
  return {
    folder,
    peer,
    exited: child.exited,
    async examine(name, bytes, options) {
      const path = join(folder, name)
      await writeFile(path, bytes)
      return peer.call('examine', { path, thumbnailPath: `${path}.webp` }, options)
    },
    async stop() {
      peer.close()
      await child.exited
      await rm(folder, { recursive: true })
    },
  }
}
