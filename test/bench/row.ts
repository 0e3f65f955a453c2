/** One line of a benchmark's report; with `--json` it is printed as it is. */
export interface BenchRow {
  readonly bench: string
  readonly case: string
  readonly metric: string
  readonly value: number
  readonly unit: string
  /** The peer that the value is a ratio to, measured in the same run; null for a plain figure. */
  readonly baseline: string | null
  /** Such as `>= 1.0`; null when the figure is only reported. */
  readonly target: string | null
  /** Null when it could not be judged, or when there is nothing to judge. */
  readonly met: boolean | null
  readonly why?: string
}

/** What a benchmark gets from the harness. */
export interface BenchContext {
  /** An empty folder of this run, removed afterwards. */
  readonly scratch: string
  /** Rounds of each interleaved measurement; a benchmark may lower it for what takes long. */
  readonly rounds: number
  /** A commit whose program is the peer, instead of other programs. */
  readonly beside: string | null
  /** Measure also where ssh2's native crypto did not load. */
  readonly anyCrypto: boolean
  /** Only cases whose name contains this are measured. */
  wants(caseName: string): boolean
  /** Cases that take so long that they must be asked for, by their whole names: a number may begin another one. */
  names(caseName: string): boolean
  report(row: BenchRow): void
  /** A line for the person who waits; not part of the result. */
  note(line: string): void
}

export type Bench = (context: BenchContext) => Promise<void>

type Measured = Pick<BenchRow, 'bench' | 'case' | 'metric' | 'value' | 'unit'> & { readonly baseline?: string }

/** A figure without a target. */
export function reported(row: Measured): BenchRow {
  return { ...row, baseline: row.baseline ?? null, target: null, met: null }
}

/** A figure held against `target`: `>= N`, `<= N`, `> N` or `< N`. */
export function judged(row: Measured, target: string): BenchRow {
  return { ...row, baseline: row.baseline ?? null, target, met: meets(row.value, target) }
}

/** A figure that was measured but cannot be held against its target here, and why. */
export function unjudged(row: Measured, target: string, why: string): BenchRow {
  return { ...row, baseline: row.baseline ?? null, target, met: null, why }
}

export function meets(value: number, target: string): boolean {
  const [, operator, limit] = /^(>=|<=|<|>) (\d+(?:\.\d+)?)$/.exec(target) ?? []
  switch (operator) {
    case '>=':
      return value >= Number(limit)
    case '<=':
      return value <= Number(limit)
    case '>':
      return value > Number(limit)
    case '<':
      return value < Number(limit)
    default:
      throw new Error(`not a target: ${target}`)
  }
}

/** Without the native binding, half of the time of a transfer is ciphers in JavaScript, which says nothing about Galley. */
export function requireNativeCrypto(loaded: boolean, { anyCrypto }: Pick<BenchContext, 'anyCrypto'>): void {
  if (loaded || anyCrypto) return
  throw new Error("ssh2's native crypto did not load. Run `npm ci`, then this again; --any-crypto measures without it.")
}
