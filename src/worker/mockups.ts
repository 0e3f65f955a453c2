import { drawMockups } from '../engine/imaging/draw-mockups.ts'
import { guardLoaders } from '../engine/imaging/guard-loaders.ts'
import { createMockupKernels } from '../mockups/mockup-kernels.ts'
import { ok } from '../shared/domain/result.ts'
import type { DrawingContract } from '../shared/worker/mockups.ts'
import { createPeer } from '../shared/worker/peer.ts'
import { garbageCollector } from './collect-garbage.ts'
import { openParentPort } from './parent-port.ts'
import { watchVitals } from './vitals.ts'

// One design at a time is what this process is made for: its room for pixels is used again for the next.
guardLoaders()
const readVitals = watchVitals()
const collectGarbage = garbageCollector()
const kernels = createMockupKernels()

createPeer<DrawingContract, Record<never, never>>(openParentPort(), {
  draw: (request) => drawMockups(request, kernels, collectGarbage),
  vitals: () => ok(readVitals()),
})
