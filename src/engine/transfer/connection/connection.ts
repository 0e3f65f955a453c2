import { Client, type SFTPWrapper } from 'ssh2'
import { type Failure, failure } from '../../../shared/domain/failure.ts'
import { fail, ok, type Result } from '../../../shared/domain/result.ts'
import type { NasAccess } from '../../../shared/worker/transfer.ts'
import { lostFailure, openingFailure } from '../failures.ts'
import { type Channel, type Channels, createChannels } from './channels.ts'
import { createFlowWindow } from './flow-window.ts'
import { readIdentity } from './identity.ts'
import { startSession } from './session.ts'
import type { TransferDeadlines } from './settings.ts'
import { createRequests, type RequestChannel } from './sftp-requests.ts'
import { createShell } from './shell.ts'

/** One SSH connection to a NAS: its first channel, and those that were opened beside it. */
export interface Connection extends Channel, Channels {
  /** `SHA256:...` of the host key that was verified. */
  readonly hostKey: string
  readonly isOpen: boolean
  /** Settles when the connection is gone, however it went. All its requests have been settled by then. */
  readonly closed: Promise<Failure>
  /** Ends it at once and settles all its work with `reason`. */
  destroy(reason: Failure): void
}

/** Opens a connection: TCP, host key, sign-in, SFTP channel, within one deadline. Nothing is sent to a server whose key
 *  is not the trusted one. */
export async function openConnection(
  access: NasAccess,
  deadlines: TransferDeadlines,
  now: () => number,
): Promise<Result<Connection>> {
  const privateKey = await readIdentity(access)
  if (!privateKey.ok) return privateKey
  return new Promise((resolve) => startClient(access, privateKey.value, deadlines, now, resolve))
}

function startClient(
  access: NasAccess,
  privateKey: Buffer | null,
  deadlines: TransferDeadlines,
  now: () => number,
  resolve: (result: Result<Connection>) => void,
): void {
  const client = new Client()
  let onOver: (reason: Failure) => void = (reason) => resolve(fail(reason))

  const openChannel = (opened: (channel: Result<RequestChannel>) => void): void => {
    try {
      client.sftp((error, sftp) => opened(error ? fail(openingFailure(error, 'channel')) : ok(prepare(sftp))))
    } catch (error) {
      // Thrown at once when the socket has ended, before its end was told.
      opened(fail(lostFailure(error)))
    }
  }

  const requestChannels: RequestChannel[] = []
  const prepare = (sftp: SFTPWrapper): RequestChannel => {
    const channel = createRequests(sftp, {
      progressMs: deadlines.progressMs,
      now,
      onStalled: session.destroy,
      beforeSend,
    })
    if (session.over === null) requestChannels.push(channel)
    else channel.end(session.over)
    sftp.on('error', (error: Error) => session.destroy(lostFailure(error)))
    sftp.on('close', () => session.destroy(failure('connection-lost', 'the NAS closed the SFTP channel')))
    return channel
  }

  const settleIn = async (opened: Result<RequestChannel>): Promise<void> => {
    if (!opened.ok) return session.destroy(opened.failure)
    const { requests: sftp } = opened.value
    const closed = new Promise<Failure>((resolveClosed) => {
      onOver = (reason) => {
        for (const channel of requestChannels) channel.end(reason)
        resolveClosed(reason)
      }
    })
    const askedAt = now()
    const answer = await sftp.realpath('.')
    session.opened()
    if (!answer.ok && answer.fault.kind === 'lost') return resolve(fail(answer.fault.failure))
    const window = createFlowWindow(now() - askedAt, now)
    void closed.then(() => window.shut())
    const shell = createShell(client, closed)
    const first: Channel = { sftp, window, shell }
    const { use } = createChannels(
      first,
      () =>
        new Promise((resolveChannel) =>
          openChannel((another) => resolveChannel(another.ok ? { ...first, sftp: another.value.requests } : null)),
        ),
    )
    resolve(
      ok({
        ...first,
        use,
        hostKey: session.hostKey,
        get isOpen() {
          return session.over === null
        },
        closed,
        destroy: session.destroy,
      }),
    )
  }

  // Requests made in one turn of the event loop leave as one packet: a packet each costs both sides a system call.
  const beforeSend = (): void => {
    const { socket } = session
    if (socket.writableCorked > 0) return
    socket.cork()
    setImmediate(() => socket.uncork())
  }

  const session = startSession(client, access, privateKey, deadlines, {
    onReady: () => openChannel((opened) => void settleIn(opened)),
    onOver: (reason) => onOver(reason),
  })
}
