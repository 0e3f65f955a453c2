import type { Reply } from './failures.ts'
import type { SftpRequests } from './sftp-requests.ts'

const READS_IN_FLIGHT = 8
const READ_BYTES = 255 * 1024

/** The bytes of an open remote file from `from` to `end`, in order, with several reads on their way at a time. Ends with
 *  the first fault; gives fewer bytes only when the file is shorter. */
export async function* readInOrder(
  sftp: SftpRequests,
  handle: Buffer,
  from: number,
  end: number,
): AsyncGenerator<Reply<Buffer>, void, void> {
  const reads: Promise<Reply<Buffer>>[] = []
  let asked = from
  try {
    for (;;) {
      while (asked < end && reads.length < READS_IN_FLIGHT) {
        const length = Math.min(READ_BYTES, end - asked)
        reads.push(readFully(sftp, handle, length, asked))
        asked += length
      }
      const bytes = await reads.shift()
      if (bytes === undefined) return
      yield bytes
      if (!bytes.ok) return
    }
  } finally {
    await Promise.all(reads)
  }
}

/** Reads on while the server answers with less than was asked for; shorter only at the end of the file. */
async function readFully(sftp: SftpRequests, handle: Buffer, length: number, position: number): Promise<Reply<Buffer>> {
  const buffer = Buffer.allocUnsafe(length)
  let filled = 0
  while (filled < length) {
    const reply = await sftp.read(handle, buffer.subarray(filled), position + filled)
    if (!reply.ok) return reply
    if (reply.value === 0) break
    filled += reply.value
  }
  return { ok: true, value: buffer.subarray(0, filled) }
}
