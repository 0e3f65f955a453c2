interface Pixels {
  readonly width: number
  readonly height: number
}

/** How large the dropped picture is beside the other, by what it is made of; `unknown` where one is not known. */
export function beside(dropped: Pixels | null, other: Pixels | null): 'smaller' | 'larger' | 'equal' | 'unknown' {
  if (dropped === null || other === null) return 'unknown'
  const [own, its] = [dropped.width * dropped.height, other.width * other.height]
  if (own === its) return 'equal'
  return own < its ? 'smaller' : 'larger'
}
