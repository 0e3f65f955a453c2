/** What a server says of itself before it is asked for anything. */
export interface Announced {
  /** Of the SSH server, which need not be the one that serves SFTP. */
  readonly banner: string
  /** Of the SFTP server, each with its version, sorted. */
  readonly extensions: readonly string[]
}

/** Together they are OpenSSH's SFTP server: others that stand behind its SSH server announce other ones. */
const OPENSSH_EXTENSIONS = [
  'posix-rename@openssh.com 1',
  'hardlink@openssh.com 1',
  'fsync@openssh.com 1',
  'statvfs@openssh.com 2',
]
const OPENSSH_BANNER = /^SSH-2\.0-OpenSSH_(?!for_Windows)/
const WINDOWS_BANNER = /^SSH-2\.0-OpenSSH_for_Windows/

/** What every server has to take, by the protocol's draft. */
const SAFE_WRITE = 32 * 1024
/** OpenSSH for Windows refused a write of more than 100 KB until 2021, whatever it announced. */
const WINDOWS_WRITE = 96 * 1024
/** A larger one is split by ssh2 with a round trip between the parts. */
const LARGEST_WRITE = 255 * 1024

/** Is it OpenSSH's own SFTP server, and not on Windows? The banner alone tells of the SSH server only. */
export function isOpenSsh({ banner, extensions }: Announced): boolean {
  return OPENSSH_BANNER.test(banner) && OPENSSH_EXTENSIONS.every((extension) => extensions.includes(extension))
}

/** The bytes of one write at most; `toldLimits`: the server has answered what it takes. */
export function largestWrite(banner: string, toldLimits: boolean): number {
  if (!toldLimits) return SAFE_WRITE
  return WINDOWS_BANNER.test(banner) ? WINDOWS_WRITE : LARGEST_WRITE
}
