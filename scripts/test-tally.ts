/** What one step of `npm test` came to. */
export interface Tally {
  readonly passed: number
  readonly failed: readonly Failed[]
  readonly skipped: readonly Skipped[]
  /** Something about the run that a reader of the report should know. */
  readonly note?: string
}

export interface Failed {
  readonly name: string
  /** The first line of what went wrong; empty when nothing was said. */
  readonly reason: string
}

export interface Skipped {
  readonly name: string
  /** What the test itself said; empty when it said nothing. */
  readonly reason: string
}

/** A test that may be skipped in CI, and why. `test` is its full name or the beginning of it. */
export interface AllowedSkip {
  readonly test: string
  readonly reason: string
}

export interface StepResult {
  readonly step: string
  readonly tally: Tally
  readonly seconds: number
}

/** The report for a person, ending with `N passed, N failed, N skipped`. It names all that failed, since of a long log
 *  often only the end is kept. In CI a test that is skipped without being on the list counts as failed. */
export function summarise(
  results: readonly StepResult[],
  allowed: readonly AllowedSkip[],
  inCi: boolean,
): { readonly lines: readonly string[]; readonly failed: number } {
  const skips = results.flatMap(({ step, tally }) =>
    tally.skipped.map(({ name, reason }) => {
      const entry = allowed.find(({ test }) => name.startsWith(test))
      return { step, name, reason: reason || entry?.reason || 'it does not say why', refused: inCi && !entry }
    }),
  )
  const refused = skips.filter((skip) => skip.refused)
  const passed = sum(results.map(({ tally }) => tally.passed))
  const failed = sum(results.map(({ tally }) => tally.failed.length)) + refused.length
  return {
    failed,
    lines: [
      '',
      ...results.map(({ step, tally, seconds }) => {
        const verdict = tally.failed.length === 0 ? 'ok  ' : 'FAIL'
        return `${verdict} ${step.padEnd(14)} ${counts(tally).padEnd(36)} ${seconds.toFixed(0)} s  ${tally.note ?? ''}`.trimEnd()
      }),
      ...results.flatMap(({ step, tally }) =>
        tally.failed.map(({ name, reason }) => `FAIL in ${step}: ${name}${reason && `: ${reason}`}`),
      ),
      ...skips.map(({ step, name, reason }) => `skipped in ${step}: ${name}: ${reason}`),
      ...refused.map(({ name }) => `FAIL skipped in CI and not in test/allowed-skips.json: ${name}`),
      `${passed} passed, ${failed} failed, ${skips.length - refused.length} skipped`,
    ],
  }
}

function counts({ passed, failed, skipped }: Tally): string {
  return `${passed} passed, ${failed.length} failed, ${skipped.length} skipped`
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, n) => total + n, 0)
}

/** The first line of what somebody said. */
export function firstLine(text = ''): string {
  return text.split('\n', 1)[0] ?? ''
}

/** How many tests passed only when they were tried again, in words. */
export function secondTries(count: number): string {
  return count === 0 ? '' : `${count} at the second try`
}

/** The parts of a step's note that say something. */
export function noteOf(...parts: readonly string[]): Pick<Tally, 'note'> {
  const note = parts.filter((part) => part !== '').join(', ')
  return note === '' ? {} : { note }
}
