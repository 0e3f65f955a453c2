/** A file's time in whole milliseconds. Never from Node's `mtimeMs`: that is rounded to a float first, and half of the
 *  times that programs set would come out a millisecond later than they are. */
export function wholeMs(ns: bigint): number {
  return Number(ns / 1_000_000n)
}
