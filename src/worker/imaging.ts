import { largestDifference } from '../engine/imaging/closer-look.ts'
import { drawMockup } from '../engine/imaging/draw-mockup.ts'
import { examine } from '../engine/imaging/examine.ts'
import { guardLoaders, imagingVersions } from '../engine/imaging/guard-loaders.ts'
import { importPicture } from '../engine/imaging/import-picture.ts'
import { createPixelKernels } from '../engine/imaging/pixel-kernels.ts'
import { prepare } from '../engine/imaging/prepare.ts'
import { ok } from '../shared/domain/result.ts'
import type { ImagingContract } from '../shared/worker/imaging.ts'
import { createPeer } from '../shared/worker/peer.ts'
import { garbageCollector } from './collect-garbage.ts'
import { openParentPort } from './parent-port.ts'
import { watchVitals } from './vitals.ts'

// One file at a time is what this process is made for; it keeps nothing between calls but room for pixels.
guardLoaders()
const readVitals = watchVitals()
const collectGarbage = garbageCollector()
const kernels = createPixelKernels()

createPeer<ImagingContract, Record<never, never>>(openParentPort(), {
  examine: (request, { signal, emit }) => examine(request, { kernels, signal, onHashing: () => emit('hashing') }),
  async prepare(request, { signal }) {
    const result = await prepare(request, { signal })
    collectGarbage()
    return result
  },
  largestDifference: async ({ first, second }) => ok(await largestDifference(first, second).catch(() => null)),
  importPicture: (request, { signal }) => importPicture(request, { signal }),
  async drawMockup(request, { signal }) {
    const result = await drawMockup(request, { signal })
    collectGarbage()
    return result
  },
  vitals: () => ok(readVitals()),
  heldBytes: () => ok(process.memoryUsage.rss()),
  versions: () => ok(imagingVersions()),
})
