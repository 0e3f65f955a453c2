import type { FileHandle } from 'node:fs/promises'

/** Writes all of the bytes at `position`. A disk that is nearly full takes a part without a word, and refuses the rest. */
export async function writeAll(handle: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done)
    done += bytesWritten
  }
}
