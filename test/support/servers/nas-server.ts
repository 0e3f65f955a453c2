import type { Nas, SecretKind } from '../../../src/shared/domain/shop.ts'

/** A running SFTP server as a shop meets it, and what the test sees of it from behind. */
export interface NasServer extends AsyncDisposable {
  readonly host: string
  readonly port: number
  /** `SHA256:...` as OpenSSH writes it. */
  readonly hostKeyFingerprint: string
  /** As a shop would have it set up; its `root` is the server's path. */
  readonly nas: Nas
  /** What goes with `nas` to sign in. */
  readonly secrets: Partial<Record<SecretKind, string>>
  /** The folder of this computer that lies behind `nas.root`. */
  readonly root: string
  /** A folder of the test's own beside it, removed with the server. */
  readonly scratch: string
  /** The listening process; undefined while stopped. */
  readonly pid: number | undefined
  /** Sign-ins that the server's log tells of since its start, those it refused included. */
  signIns(): number
  /** What the server has written to its log since its start. */
  log(): string
  /** Ends the server and every session; folder and keys stay. */
  stop(): Promise<void>
  /** Starts again on the same port with the same host key. */
  start(): Promise<void>
}

/** How often `pattern` stands in a log. */
export function countIn(log: string, pattern: RegExp): number {
  return [...log.matchAll(new RegExp(pattern, `${pattern.flags}g`))].length
}
