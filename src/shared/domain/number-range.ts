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
