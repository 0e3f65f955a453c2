// AssemblyScript, compiled to WebAssembly by scripts/build-kernels.ts: the search for near hashes.

/**
 * Compares entries (four 64-bit hashes and 8 bytes more each) with queries (four 64-bit hashes each): near is what has at
 * most `radius` bits of one hash different from the same hash of the other. Writes entry * 32 + query for each pair, u32 at
 * `out`, which has room for all of them; at most 32 queries. Returns how many.
 */
export function near(entries: usize, count: i32, queries: usize, queryCount: i32, radius: u64, out: usize): i32 {
  let to = out
  const end = queries + (queryCount << 5)
  for (let i = 0; i < count; i++, entries += 40) {
    const a = load<u64>(entries)
    const b = load<u64>(entries, 8)
    const c = load<u64>(entries, 16)
    const d = load<u64>(entries, 24)
    for (let query = queries; query < end; query += 32) {
      if (
        popcnt(a ^ load<u64>(query)) > radius &&
        popcnt(b ^ load<u64>(query, 8)) > radius &&
        popcnt(c ^ load<u64>(query, 16)) > radius &&
        popcnt(d ^ load<u64>(query, 24)) > radius
      )
        continue
      store<u32>(to, (i << 5) | <u32>((query - queries) >> 5))
      to += 4
    }
  }
  return <i32>((to - out) >> 2)
}
