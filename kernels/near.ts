// AssemblyScript, compiled to WebAssembly by scripts/build-kernels.ts: the search for near hashes.

/**
 * Compares entries (two 64-bit hashes and 8 bytes more each) with queries (two 64-bit hashes each): near is what has at most
 * `radius` bits of either hash different. Writes entry * 32 + query for each pair, u32 at `out`, which has room for all
 * of them; at most 32 queries. Returns how many.
 */
export function near(entries: usize, count: i32, queries: usize, queryCount: i32, radius: u64, out: usize): i32 {
  let to = out
  const end = queries + (queryCount << 4)
  for (let i = 0; i < count; i++, entries += 24) {
    const first = load<u64>(entries)
    const second = load<u64>(entries, 8)
    for (let query = queries; query < end; query += 16) {
      if (popcnt(first ^ load<u64>(query)) > radius && popcnt(second ^ load<u64>(query, 8)) > radius) continue
      store<u32>(to, (i << 5) | <u32>((query - queries) >> 4))
      to += 4
    }
  }
  return <i32>((to - out) >> 2)
}
