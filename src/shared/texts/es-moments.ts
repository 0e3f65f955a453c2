/** A time of day with its article: `la 1:05`, `las 14:05`. */
export function esHour(time: string): string {
  return `${/^0?1:/.test(time) ? 'la' : 'las'} ${time}`
}

/** A moment with its article: `las 14:05` of the same day, else `el 7 dic, 14:05`. */
export function esMoment(when: string): string {
  return /^\d+:/.test(when) ? esHour(when) : `el ${when}`
}
