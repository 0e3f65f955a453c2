// AssemblyScript, compiled to WebAssembly by scripts/build-kernels.ts: the search for near hashes.

/** Where pHash, dHash and the average hash of the two views lie, from the start of an entry. */
const DHASH: usize = 8
const ARTWORK: usize = 16
const AHASH: usize = 32
const ARTWORK_AHASH: usize = 40
const ENTRY: usize = 64

/**
 * Compares entries (pHash and dHash of two views, then their average hashes, 64 bits each, and 16 bytes more) with queries
 * (the same): near is what has in one view at most `limit` bits different, those of dHash counted twice. Writes
 * (entry * 32 + query) * 4 + views for each pair, u32 at `out`, which has room for all of them; of the views, 1 is the first
 * and 2 the second. At most 32 queries; behind them is room for three more. Returns how many.
 */
export function near(entries: usize, count: i32, queries: usize, queryCount: i32, limit: i64, out: usize): i32 {
  let to = out
  const end = queries + <usize>queryCount * ENTRY
  const half = limit >> 1
  for (let i = 0; i < count; i++, entries += ENTRY) {
    const whole = load<u64>(entries, DHASH)
    const artwork = load<u64>(entries, ARTWORK + DHASH)
    for (let query = queries; query < end; query += 4 * ENTRY) {
      const first = left(whole, artwork, query, half)
      const second = left(whole, artwork, query + ENTRY, half)
      const third = left(whole, artwork, query + 2 * ENTRY, half)
      const fourth = left(whole, artwork, query + 3 * ENTRY, half)
      // Nearly all end here: negative where both views are far.
      if ((first & second & third & fourth) < 0) continue
      for (let one = query; one < min(end, query + 4 * ENTRY); one += ENTRY) {
        const isWhole = isNear(entries, one, AHASH, half)
        const isArtwork = isNear(entries + ARTWORK, one + ARTWORK, ARTWORK_AHASH - ARTWORK, half)
        if (!isWhole && !isArtwork) continue
        store<u32>(to, (i << 7) | (<u32>((one - queries) >> 4) & ~3) | (isArtwork ? 2 : 0) | (isWhole ? 1 : 0))
        to += 4
      }
    }
  }
  return <i32>((to - out) >> 2)
}

/** Negative when dHash alone is too far in both views. */
function left(whole: u64, artwork: u64, query: usize, half: i64): i64 {
  const inWhole = half - <i64>popcnt(whole ^ load<u64>(query, DHASH))
  return inWhole & (half - <i64>popcnt(artwork ^ load<u64>(query, ARTWORK + DHASH)))
}

function isNear(entry: usize, query: usize, ahash: usize, half: i64): boolean {
  const differing =
    popcnt(load<u64>(entry) ^ load<u64>(query)) +
    2 * popcnt(load<u64>(entry, DHASH) ^ load<u64>(query, DHASH)) +
    popcnt(load<u64>(entry + ahash) ^ load<u64>(query + ahash))
  return <i64>differing <= 2 * half
}
