// AssemblyScript, compiled to WebAssembly by scripts/build-kernels.ts: the search for near hashes.

/**
 * Compares entries (pHash and dHash of two views, 64 bits each, and 8 bytes more) with queries (the same hashes): near is
 * what has in one view at most `limit` bits different, those of dHash counted twice. Writes entry * 32 + query for each
 * pair, u32 at `out`, which has room for all of them; at most 32 queries. Returns how many.
 */
export function near(entries: usize, count: i32, queries: usize, queryCount: i32, limit: u64, out: usize): i32 {
  let to = out
  const end = queries + (queryCount << 5)
  for (let i = 0; i < count; i++, entries += 40) {
    const wholeDhash = load<u64>(entries, 8)
    const artworkDhash = load<u64>(entries, 24)
    for (let query = queries; query < end; query += 32) {
      const whole = 2 * popcnt(wholeDhash ^ load<u64>(query, 8))
      const artwork = 2 * popcnt(artworkDhash ^ load<u64>(query, 24))
      // Nearly all pairs end here.
      if (min(whole, artwork) > limit) continue
      if (
        whole + popcnt(load<u64>(entries) ^ load<u64>(query)) > limit &&
        artwork + popcnt(load<u64>(entries, 16) ^ load<u64>(query, 16)) > limit
      )
        continue
      store<u32>(to, (i << 5) | <u32>((query - queries) >> 5))
      to += 4
    }
  }
  return <i32>((to - out) >> 2)
}
