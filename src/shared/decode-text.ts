/** The text of a small file that a person or a tool wrote: UTF-8, with or without a byte order mark, or UTF-16 as
 *  PowerShell and Notepad write it, with a mark or, of plain letters, without. */
export function decodeText(bytes: Uint8Array): string {
  const [first, second] = bytes
  const encoding =
    (first === 0xff && second === 0xfe) || (first !== 0 && second === 0)
      ? 'utf-16le'
      : (first === 0xfe && second === 0xff) || (first === 0 && second !== 0)
        ? 'utf-16be'
        : 'utf-8'
  // The decoder takes the mark away.
  return new TextDecoder(encoding).decode(bytes)
}
