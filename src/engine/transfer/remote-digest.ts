import { createHash } from 'node:crypto'
import type { Reply } from './failures.ts'
import type { SftpRequests } from './sftp-requests.ts'

const READS_IN_FLIGHT = 8
const READ_BYTES = 255 * 1024

/** SHA-256, as hex, of the first `sizeBytes` of an open remote file, or of all there is if that is less. */
export async function remoteDigest(sftp: SftpRequests, handle: Buffer, sizeBytes: number): Promise<Reply<string>> {
  const hash = createHash('sha256')
  const reads: Promise<Reply<Buffer>>[] = []
  let asked = 0
  while (asked < sizeBytes || reads.length > 0) {
    while (asked < sizeBytes && reads.length < READS_IN_FLIGHT) {
      const length = Math.min(READ_BYTES, sizeBytes - asked)
      reads.push(readFully(sftp, handle, length, asked))
      asked += length
    }
    const bytes = await reads.shift()
    if (bytes === undefined) break
    if (!bytes.ok) {
      await Promise.all(reads)
      return bytes
    }
    hash.update(bytes.value)
  }
  return { ok: true, value: hash.digest('hex') }
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
