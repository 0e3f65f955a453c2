/** First and last of numbers that follow each other. */
export type NumberRange = readonly [first: number, last: number]

/** The numbers in as few ranges as can be, the lowest first. */
export function rangesOf(numbers: Iterable<number>): NumberRange[] {
  const ranges: [number, number][] = []
  for (const number of Float64Array.from(numbers).sort()) {
    const last = ranges.at(-1)
    if (last !== undefined && number <= last[1] + 1) last[1] = number
    else ranges.push([number, number])
  }
  return ranges
}

/** Each number of the ranges. */
export function numbersOf(ranges: readonly NumberRange[]): number[] {
  return ranges.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, n) => first + n))
}

/** How many numbers there are in the ranges. */
export function sizeOf(ranges: readonly NumberRange[]): number {
  return ranges.reduce((sum, [first, last]) => sum + last - first + 1, 0)
}
