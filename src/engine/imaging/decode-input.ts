import { firstLine, type Header } from './header.ts'
import { copyJpeg } from './jpeg-copy.ts'
import type { OpenSource } from './source.ts'
import { cleanTiff } from './tiff-input.ts'

/** Decodes a picture. The decoder's time limit counts the hours that a computer sleeps, and ours does not: while that has
 *  not run out, it is decoded once more. So it is where the decoder takes offence at what says nothing of the pixels, from a
 *  copy without that: every warning about pixels stays an error. Rejects as `decode` does. */
export async function decodeInput<T>(
  source: OpenSource,
  { input, info }: Header,
  decode: (input: string | Buffer) => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  try {
    return await decode(input)
  } catch (error) {
    if (signal.aborted) throw error
    if (firstLine(error).startsWith('timeout')) return decode(input)
    const copy = typeof input === 'string' ? await cleanCopy(source, info.format) : null
    if (copy === null) throw error
    return decode(copy)
  }
}

async function cleanCopy(source: OpenSource, format: string): Promise<Buffer | null> {
  if (format === 'tiff') return cleanTiff(source)
  return format === 'jpeg' ? ((await copyJpeg(source))?.clean ?? null) : null
}
