// AssemblyScript, compiled to WebAssembly by scripts/build-kernels.ts: the search for near hashes.

/**
 * Compares entries (pHash and dHash of two views, 64 bits each, and 8 bytes more) with queries (the same hashes): near is
 * what has in one view at most `limit` bits different, those of dHash counted twice. Writes (entry * 32 + query) * 4 + views
 * for each pair, u32 at `out`, which has room for all of them; of the views, 1 is the first and 2 the second. At most 32
 * queries. Returns how many.
 */
export function near(entries: usize, count: i32, queries: usize, queryCount: i32, limit: i64, out: usize): i32 {
  let to = out
  const end = queries + (queryCount << 5)
  const half = limit >> 1
  for (let i = 0; i < count; i++, entries += 40) {
    const wholeDhash = load<u64>(entries, 8)
    const artworkDhash = load<u64>(entries, 24)
    for (let query = queries; query < end; query += 32) {
      const whole = half - <i64>popcnt(wholeDhash ^ load<u64>(query, 8))
      const artwork = half - <i64>popcnt(artworkDhash ^ load<u64>(query, 24))
      // Nearly all pairs end here: both are negative.
      if ((whole & artwork) < 0) continue
      const isWhole = <i64>popcnt(load<u64>(entries) ^ load<u64>(query)) <= 2 * whole
      const isArtwork = <i64>popcnt(load<u64>(entries, 16) ^ load<u64>(query, 16)) <= 2 * artwork
      if (!isWhole && !isArtwork) continue
      store<u32>(to, (i << 7) | (<u32>((query - queries) >> 3) & ~3) | (isArtwork ? 2 : 0) | (isWhole ? 1 : 0))
      to += 4
    }
  }
  return <i32>((to - out) >> 2)
}
