/** Control characters, and marks that turn the direction of text: a file's name must not command the terminal. */
const UNSAFE = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu

/** Text for a person's terminal, on one line: what would act on the terminal is shown as its code, `\u{1b}`. */
export function printable(text: string): string {
  return text.replace(UNSAFE, (char) => `\\u{${char.codePointAt(0)?.toString(16)}}`)
}

/** At most `columns` characters, the middle left out: a name's start and its extension tell it best. */
export function clipMiddle(text: string, columns: number): string {
  const chars = [...text]
  if (chars.length <= columns) return text
  const end = Math.floor((columns - 1) / 2)
  return `${chars.slice(0, columns - 1 - end).join('')}…${chars.slice(chars.length - end).join('')}`
}
