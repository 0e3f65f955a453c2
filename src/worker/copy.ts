import { copyCatalog } from '../engine/catalog/copy-catalog.ts'
import type { CopyContract } from '../shared/worker/copy.ts'
import { createPeer, done } from '../shared/worker/peer.ts'
import { openParentPort } from './parent-port.ts'

// Copies the catalog once, and is ended.
createPeer<CopyContract, Record<never, never>>(openParentPort(), {
  copy({ from, to }) {
    copyCatalog(from, to)
    return done
  },
})
