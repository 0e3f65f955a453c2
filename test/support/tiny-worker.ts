import { failure } from '../../src/shared/domain/failure.ts'
import { fail, ok } from '../../src/shared/domain/result.ts'
import { createPeer } from '../../src/shared/worker/peer.ts'
import { openParentPort } from '../../src/worker/parent-port.ts'

/** What the smallest worker does: enough to die of. */
export type TinyContract = {
  readonly echo: { readonly input: string; readonly output: string }
  readonly die: { readonly input: null; readonly output: null }
  readonly hang: { readonly input: null; readonly output: null }
  readonly vitals: { readonly input: null; readonly output: { pid: number } }
}

if (process.argv[2] === 'broken') process.exit(3)
createPeer<TinyContract, Record<never, never>>(openParentPort(), {
  echo: (said) => ok(said),
  die: () => process.exit(7),
  hang: (_input, { signal }) =>
    new Promise((resolve) => signal.addEventListener('abort', () => resolve(fail(failure('cancelled'))))),
  vitals: () => ok({ pid: process.pid }),
})
