import type { Client, SFTPWrapper } from 'ssh2'
import SftpClient from 'ssh2-sftp-client'
import { type Failure, failure } from '../../../shared/domain/failure.ts'
import { fail, ok, type Result } from '../../../shared/domain/result.ts'
import type { NasAccess } from '../../../shared/worker/transfer.ts'
import { whyNoChannel } from '../connection/hear-session.ts'
import { type Begin, openSsh, type SshSettings } from '../connection/open-ssh.ts'
import { createRequests } from '../connection/sftp-requests.ts'
import { type Fault, faultOf, identityFailure, type Reply, STATUS } from '../failures.ts'
import type { FolderRequests, PathStats } from './folder-requests.ts'

/** A connection that serves a person who browses, beside those that upload. */
export interface BrowsingConnection {
  readonly folders: FolderRequests
  readonly isOpen: boolean
  destroy(reason: Failure): void
}

/** Its types leave out what of ssh2 it is made around; the channel is there while it is connected. */
class BrowsingClient extends SftpClient {
  declare readonly client: Client
  declare readonly sftp: SFTPWrapper | undefined
}

/** Opens one by ssh2-sftp-client, as every connection is opened: same options, same pinned key, same words. */
export function openBrowsing(
  access: NasAccess,
  settings: SshSettings,
  now: () => number,
): Promise<Result<BrowsingConnection>> {
  return openSsh(access, settings, (begin) => startClient(begin, settings, now))
}

async function startClient(
  begin: Begin,
  { deadlines: { progressMs }, limits }: SshSettings,
  now: () => number,
): Promise<Result<BrowsingConnection>> {
  // Without callbacks of ours it would write to the console what the session hears anyway.
  const client = new BrowsingClient('browsing', {})
  // Each of its calls listens for the connection's end by itself.
  client.client.setMaxListeners(0)
  const over = Promise.withResolvers<Failure>()
  let isSignedIn = false
  const session = begin(client, {
    onReady() {
      isSignedIn = true
    },
    onOver: over.resolve,
  })
  const connected = Promise.resolve(session.connecting).then(
    () => client.sftp ?? failure('connection-lost'),
    // Before the sign-in it throws only about the private key: of what else ends it there, the session hears.
    (error) => (isSignedIn ? whyRefused(client) : identityFailure(error)),
  )
  const opened = await Promise.race([connected, over.promise])
  if ('code' in opened) session.destroy(opened)
  if (session.over !== null || 'code' in opened) return fail(session.over ?? failure('connection-lost'))
  session.opened()
  const { requests, end } = createRequests(opened, {
    progressMs,
    limits,
    now,
    onStalled: session.stalled,
    beforeSend: () => undefined,
  })
  void over.promise.then(end)
  opened.on('error', session.fell)
  opened.on('close', () => session.fell({ says: 'closed-channel' }))
  return ok({
    folders: clientRequests(client, requests, over.promise, () =>
      setTimeout(
        () => session.stalled(failure('nas-timeout', { says: 'no-answer', seconds: progressMs / 1000 })),
        progressMs,
      ),
    ),
    get isOpen() {
      return session.over === null
    },
    destroy: session.destroy,
  })
}

/** It keeps the words of ssh2's errors alone, so what they are made of is asked for again. */
async function whyRefused({ client }: BrowsingClient): Promise<Failure> {
  const error = await new Promise<Error | undefined>((resolve) => {
    try {
      client.sftp(resolve)
    } catch {
      // Not connected any more.
      resolve(undefined)
    }
  })
  return error === undefined ? failure('session-refused') : whyNoChannel(client, error)
}

/** The client's own requests as replies; it leaves promises open when its connection dies, so each races that end and a
 *  deadline. Folders are read a page at a time on its channel instead: its `list` reads one to the end, whatever its
 *  size, and believes the letters of `ls` more than the attributes. */
function clientRequests(
  client: SftpClient,
  { openFolder, readFolder, close, space }: FolderRequests,
  over: Promise<Failure>,
  startDeadline: () => NodeJS.Timeout,
): FolderRequests {
  const lost = over.then((reason): Reply<never> => ({ ok: false, fault: { kind: 'lost', failure: reason } }))
  const ask = <T>(work: Promise<T>): Promise<Reply<T>> => {
    const deadline = startDeadline()
    const answered = work.then(
      (value): Reply<T> => ({ ok: true, value }),
      (error): Reply<T> => ({ ok: false, fault: clientFault(error) }),
    )
    return Promise.race([answered, lost]).finally(() => clearTimeout(deadline))
  }
  return {
    openFolder,
    readFolder,
    close,
    space,
    stat: (path) => ask(client.stat(path).then(toStats)),
    realpath: (path) => ask(client.realPath(path)),
    async mkdir(path) {
      const made = await ask(client.mkdir(path, true))
      return made.ok ? ok(undefined) : made
    },
  }
}

function toStats({ modifyTime, isDirectory, isFile, isSymbolicLink, ...stats }: SftpClient.FileStats): PathStats {
  return {
    ...stats,
    mtime: modifyTime / 1000,
    isDirectory: () => isDirectory,
    isFile: () => isFile,
    isSymbolicLink: () => isSymbolicLink,
  }
}

/** The client has words of its own for some of the server's numbers. */
const STATUS_OF: Readonly<Record<string, number>> = { ENOENT: STATUS.noSuchFile, ERR_BAD_PATH: STATUS.failure }

function clientFault(error: unknown): Fault {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
  const status = STATUS_OF[code]
  if (status === undefined) return faultOf(error)
  return { kind: 'refused', status, words: error instanceof Error ? error.message : '' }
}
