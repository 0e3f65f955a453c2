/** Far more than any body of the service has. */
const MAX_DEPTH = 32

/** Is a value of JSON nested deeper than that? What handles it later by calling itself would run out of stack. */
export function isTooDeep(value: unknown): boolean {
  let level: unknown[] = [value]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) return true
    level = level.flatMap((one) => (typeof one === 'object' && one !== null ? Object.values(one) : []))
  }
  return false
}
