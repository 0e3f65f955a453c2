import type { Stats } from 'ssh2'
import type { SftpRequests } from '../connection/sftp-requests.ts'
import type { Reply } from '../failures.ts'

export type PathStats = Pick<Stats, 'isDirectory' | 'isFile' | 'isSymbolicLink'> &
  Partial<Pick<Stats, 'mode' | 'uid' | 'size' | 'mtime'>>

/** What browsing asks of a NAS, on whichever connection: nothing that reads or writes a file. */
export interface FolderRequests
  extends Pick<SftpRequests, 'openFolder' | 'readFolder' | 'close' | 'mkdir' | 'realpath' | 'space'> {
  stat(path: string): Promise<Reply<PathStats>>
}
