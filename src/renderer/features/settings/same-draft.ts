/** Do two drafts of a form say the same? */
export function isSameDraft<D extends object>(a: D, b: D): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
