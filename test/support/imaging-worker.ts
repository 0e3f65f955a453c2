import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { forkChild } from '../../src/engine/workers/fork-child.ts'
import type { Examination, PreparedFile } from '../../src/shared/domain/item.ts'
import { ok, type Result } from '../../src/shared/domain/result.ts'
import type { Print } from '../../src/shared/domain/shop.ts'
import type { ImagingContract } from '../../src/shared/worker/imaging.ts'
import { type CallOptions, createPeer, type Peer } from '../../src/shared/worker/peer.ts'
import { entryOf } from './entries.ts'

/** A real imaging worker in a process of its own, with a folder for its files. */
export interface ImagingWorker {
  readonly folder: string
  readonly peer: Peer<ImagingContract>
  readonly exited: Promise<unknown>
  /** Writes the bytes to a file of that name and has it examined. */
  examine(name: string, bytes: Uint8Array, options?: CallOptions<'hashing'>): Promise<Result<Examination>>
  /** Writes the bytes to a file of that name and has it prepared; the print file's path with what is said of it. */
  prepare(name: string, bytes: Uint8Array, print: Print): Promise<Result<PreparedFile & { readonly path: string }>>
  stop(): Promise<void>
}

export async function startImagingWorker(): Promise<ImagingWorker> {
  const folder = await mkdtemp(join(tmpdir(), 'galley-imaging-'))
  const child = forkChild(entryOf('worker/imaging'))
  const peer = createPeer<Record<never, never>, ImagingContract>(child.port, {})
  return {
    folder,
    peer,
    exited: child.exited,
    async examine(name, bytes, options) {
      const path = join(folder, name)
      await writeFile(path, bytes)
      return peer.call('examine', { path, thumbnailPath: `${path}.thumb` }, options)
    },
    async prepare(name, bytes, print) {
      const path = join(folder, name)
      await writeFile(path, bytes)
      const partPath = `${path}.prepared.png`
      await rm(partPath, { force: true })
      const sha256 = createHash('sha256').update(bytes).digest('hex')
      const prepared = await peer.call('prepare', { path, sha256, print, partPath })
      return prepared.ok ? ok({ ...prepared.value, path: partPath }) : prepared
    },
    async stop() {
      peer.close()
      await child.exited
      await rm(folder, { recursive: true })
    },
  }
}
