import { mulberry32 } from './mulberry32.ts'

/** What a motif draws with: random numbers of one seed, and a palette chosen by it. */
export interface Brush {
  /** Uniform in [from, to). */
  between(from: number, to: number): number
  /** A whole number from `from` to `to`, both included. */
  whole(from: number, to: number): number
  pick<T>(choices: readonly [T, ...T[]]): T
  chance(probability: number): boolean
  /** A colour of the palette; 0 is its darkest, 5 its lightest. */
  colour(index: number): string
  /** Any colour of the palette but its darkest. */
  anyColour(): string
}

const PALETTES: readonly [readonly string[], ...(readonly string[])[]] = [
  ['#2b2d42', '#8d3b72', '#ef476f', '#ff9f6b', '#ffd166', '#fff4e0'],
  ['#12343b', '#2d6a6a', '#c84630', '#e1b382', '#94c9a9', '#f7f1e1'],
  ['#1d2a5b', '#3a59c7', '#38a3a5', '#f28482', '#f6bd60', '#fdf6ec'],
  ['#3c1518', '#69140e', '#a44200', '#d58936', '#e8c07d', '#fff8f0'],
  ['#241c3b', '#5b3a8c', '#b5479d', '#f7a1c4', '#9bd1e5', '#f4edff'],
  ['#10291c', '#23633f', '#6a994e', '#bc4749', '#a7c957', '#f2e8cf'],
]

/** A brush whose strokes depend on the seed alone. */
export function createBrush(seed: number): Brush {
  const random = mulberry32(seed)
  const between = (from: number, to: number): number => from + random() * (to - from)
  const whole = (from: number, to: number): number => Math.floor(between(from, to + 1))
  const pick = <T>(choices: readonly [T, ...T[]]): T => choices[whole(0, choices.length - 1)] ?? choices[0]
  const palette = pick(PALETTES)
  const colour = (index: number): string => palette[index] ?? '#000000'
  return {
    between,
    whole,
    pick,
    chance: (probability) => random() < probability,
    colour,
    anyColour: () => colour(whole(1, 5)),
  }
}
