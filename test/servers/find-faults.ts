import type { ServerKind } from '../support/servers/server-kind.ts'
import type { Trial } from './trial-result.ts'

/** Sign-ins that no ban list minds: the connection test, two connections, and one try again. */
const MOST_SIGN_INS_WHEN_REFUSED = 6

/** What must not be so, as lines; none when all is well. */
export function findFaults(kind: ServerKind, trial: Omit<Trial, 'faults'>): string[] {
  const { expected, cannot } = kind
  const faults: string[] = []
  const expect = (isSo: boolean, otherwise: string): void => {
    if (!isSo) faults.push(otherwise)
  }
  expect(trial.damaged.length === 0, `damaged: ${trial.damaged.slice(0, 3).join(', ')}`)
  expect(trial.namesPerFile <= 1, `${trial.namesPerFile} names for a file`)
  expect(trial.isAtRest, 'uploads neither ended nor were held')
  const able = Object.values(trial.peers).filter((isAble) => isAble).length
  if (expected.kind === 'refuses') {
    const codes: readonly string[] = expected.codes
    const [first] = trial.refusals
    expect(first !== undefined, 'nothing was said')
    for (const { code } of trial.refusals) expect(codes.includes(code), `said ${code}, expected ${codes.join(' or ')}`)
    expect(trial.signIns <= MOST_SIGN_INS_WHEN_REFUSED, `${trial.signIns} sign-ins`)
    expect(able < 2 || cannot !== undefined, `${able} other clients store files here`)
    return faults
  }
  if (expected.kind === 'fills') {
    const codes: readonly string[] = expected.codes
    expect(trial.stored.done < trial.stored.of, 'everything was stored, in spite of the limit')
    expect(trial.refusals.length > 0, 'nothing was said')
    for (const { code } of trial.refusals) expect(codes.includes(code), `said ${code}, expected ${codes.join(' or ')}`)
    return faults
  }
  const isWhole = (share: Trial['stored'] | null): boolean => share !== null && share.done === share.of
  expect(trial.test.ok, `connection test: ${trial.test.words}`)
  expect(isWhole(trial.stored), `stored ${trial.stored.done} of ${trial.stored.of}`)
  expect(isWhole(trial.restored), `restored ${trial.restored?.done} of ${trial.restored?.of}`)
  if (kind.isForOne !== true) {
    expect(isWhole(trial.stations), `two workstations: ${trial.stations?.done} of ${trial.stations?.of}`)
  }
  if (cannot !== undefined) return faults
  expect(trial.replaced === 'yes', 'not replaced')
  expect(trial.undone === 'yes', 'not undone')
  expect(trial.leftovers.length === 0, `left: ${trial.leftovers.slice(0, 3).join(', ')}`)
  return faults
}
