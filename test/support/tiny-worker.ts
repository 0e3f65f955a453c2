import { failure } from '../../src/shared/domain/failure.ts'
import { fail, ok } from '../../src/shared/domain/result.ts'
import { createPeer } from '../../src/shared/worker/peer.ts'
import { openParentPort } from '../../src/worker/parent-port.ts'

/** What the smallest worker does: enough to die of. */
export type TinyContract = {
  readonly echo: { readonly input: string; readonly output: string }
  readonly die: { readonly input: null; readonly output: null }
  readonly hang: { readonly input: null; readonly output: null }
  /** From then on it says that it holds so many bytes. */
  readonly swell: { readonly input: number; readonly output: null }
  readonly heldBytes: { readonly input: null; readonly output: number }
  readonly vitals: { readonly input: null; readonly output: { pid: number } }
}

if (process.argv[2] === 'broken') process.exit(3)
let held = 0
createPeer<TinyContract, Record<never, never>>(openParentPort(), {
  echo: (said) => ok(said),
  die: () => process.exit(7),
  hang: (_input, { signal }) =>
    new Promise((resolve) => signal.addEventListener('abort', () => resolve(fail(failure('cancelled'))))),
  swell(bytes) {
    held = bytes
    return ok(null)
  },
  heldBytes: () => ok(held),
  vitals: () => ok({ pid: process.pid }),
})
