import { examine } from '../engine/imaging/examine.ts'
import { guardLoaders, imagingVersions } from '../engine/imaging/guard-loaders.ts'
import { ok } from '../shared/domain/result.ts'
import type { ImagingContract } from '../shared/worker/imaging.ts'
import { createPeer } from '../shared/worker/peer.ts'
import { openParentPort } from './parent-port.ts'
import { watchVitals } from './vitals.ts'

// An imaging worker: one file at a time is what it is made for, nothing is kept between calls.
guardLoaders()
const readVitals = watchVitals()

createPeer<ImagingContract, Record<never, never>>(openParentPort(), {
  examine: (request, { signal, emit }) => examine(request, { signal, onHashing: () => emit('hashing') }),
  vitals: () => ok(readVitals()),
  versions: () => ok(imagingVersions()),
})
