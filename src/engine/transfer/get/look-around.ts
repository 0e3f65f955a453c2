import { posix } from 'node:path'
import type { FileEntryWithStats } from 'ssh2'
import { fail, ok, type Result } from '../../../shared/domain/result.ts'
import type { IdentifyRequest, ListedFile } from '../../../shared/worker/transfer.ts'
import type { SftpRequests } from '../connection/sftp-requests.ts'
import { isRefused, type Reply, refusalFailure } from '../failures.ts'
import { remoteDigest } from './remote-digest.ts'

/** The entries of a folder as the NAS tells of them, a page at a time; ends with the first fault. */
export async function* pagesOf(
  sftp: Pick<SftpRequests, 'openFolder' | 'readFolder' | 'close'>,
  folder: string,
): AsyncGenerator<Reply<readonly FileEntryWithStats[]>, void, void> {
  const opened = await sftp.openFolder(folder)
  if (!opened.ok) return yield opened
  try {
    for (;;) {
      const page = await sftp.readFolder(opened.value)
      if (page.ok && page.value.length === 0) return
      yield page
      if (!page.ok) return
    }
  } finally {
    void sftp.close(opened.value)
  }
}

/** The files of a folder on the NAS, those below it not; none when there is no such folder. */
export async function listFiles(sftp: SftpRequests, folder: string): Promise<Result<ListedFile[]>> {
  const files: ListedFile[] = []
  for await (const page of pagesOf(sftp, folder)) {
    if (files.length === 0 && isRefused(page, 'missing')) return ok([])
    if (!page.ok) return fail(await refusalFailure(page.fault, folder))
    for (const { filename, attrs } of page.value) {
      if (attrs.isFile()) files.push({ fileName: filename, sizeBytes: attrs.size })
    }
  }
  return ok(files)
}

/** Which of the named files has these bytes; null when none has. */
export async function identifyFile(
  sftp: SftpRequests,
  { remoteDir, fileNames, sizeBytes, sha256 }: IdentifyRequest,
): Promise<Result<string | null>> {
  for (const fileName of fileNames) {
    const found = await digestOf(sftp, remoteDir, fileName)
    if (!found.ok) return found
    if (found.value?.sizeBytes === sizeBytes && found.value.sha256 === sha256) return ok(fileName)
  }
  return ok(null)
}

/** Size and SHA-256 of a file on the NAS; null where there is none, or none that may be read. */
export async function digestOf(
  sftp: SftpRequests,
  remoteDir: string,
  fileName: string,
): Promise<Result<{ readonly sizeBytes: number; readonly sha256: string } | null>> {
  const handle = await sftp.open(posix.join(remoteDir, fileName), 'read')
  if (isRefused(handle, 'missing', 'denied')) return ok(null)
  if (!handle.ok) return fail(await refusalFailure(handle.fault, remoteDir))
  const size = await sftp.size(handle.value)
  const digest = size.ok ? await remoteDigest(sftp, handle.value, size.value) : size
  await sftp.close(handle.value)
  if (!size.ok) return fail(await refusalFailure(size.fault, remoteDir))
  if (!digest.ok) return fail(await refusalFailure(digest.fault, remoteDir))
  return ok({ sizeBytes: size.value, sha256: digest.value })
}
