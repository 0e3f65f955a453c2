import { Client, type SFTPWrapper } from 'ssh2'
import type { Failure } from '../../../shared/domain/failure.ts'
import { fail, ok, type Result } from '../../../shared/domain/result.ts'
import type { NasAccess } from '../../../shared/worker/transfer.ts'
import { type Channel, type Channels, createChannels } from './channels.ts'
import { createFlowWindow } from './flow-window.ts'
import { whyNoChannel } from './hear-session.ts'
import { type Begin, openSsh, type SshSettings } from './open-ssh.ts'
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

/** Opens a connection: TCP, host key, sign-in, SFTP channel, each within its deadline. Nothing is sent to a server whose
 *  key is not the trusted one. */
export function openConnection(
  access: NasAccess,
  settings: SshSettings,
  now: () => number,
): Promise<Result<Connection>> {
  return openSsh(access, settings, (begin) => startClient(begin, settings, now))
}

function startClient(begin: Begin, { deadlines, limits }: SshSettings, now: () => number): Promise<Result<Connection>> {
  const client = new Client()
  const { promise, resolve } = Promise.withResolvers<Result<Connection>>()
  const closed = Promise.withResolvers<Failure>()

  const openChannel = (): Promise<Result<RequestChannel>> =>
    new Promise((opened) => {
      try {
        client.sftp((error, sftp) => {
          opened(error === undefined ? ok(prepare(sftp)) : whyNoChannel(client, error).then(fail))
        })
      } catch (error) {
        // Thrown at once when the socket has ended, before its end was told.
        opened(fail(session.failureOf(error)))
      }
    })

  const requestChannels: RequestChannel[] = []
  const prepare = (sftp: SFTPWrapper): RequestChannel => {
    const channel = createRequests(sftp, {
      progressMs: deadlines.progressMs,
      limits,
      now,
      onStalled: session.stalled,
      beforeSend,
    })
    if (session.over === null) requestChannels.push(channel)
    else channel.end(session.over)
    sftp.on('error', (error: Error) => session.fell(error))
    sftp.on('close', () => session.fell({ says: 'closed-channel' }))
    return channel
  }

  const settleIn = async (opened: Result<RequestChannel>): Promise<void> => {
    if (!opened.ok) return session.destroy(opened.failure)
    const { requests: sftp } = opened.value
    const askedAt = now()
    const answer = await sftp.realpath('.')
    if (!answer.ok && answer.fault.kind === 'lost')
      return session.fell(answer.fault.failure.detail ?? { says: 'closed-channel' })
    session.opened()
    const window = createFlowWindow(now() - askedAt, now)
    void closed.promise.then(() => window.shut())
    const shell = createShell(client, closed.promise)
    const first: Channel = { sftp, window, shell }
    const { use } = createChannels(first, async () => {
      const another = await openChannel()
      return another.ok ? { ...first, sftp: another.value.requests } : null
    })
    resolve(
      ok({
        ...first,
        use,
        hostKey: session.hostKey?.fingerprint ?? '',
        get isOpen() {
          return session.over === null
        },
        closed: closed.promise,
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

  const session = begin(client, {
    onReady: () => void openChannel().then(settleIn),
    onOver(reason) {
      for (const channel of requestChannels) channel.end(reason)
      closed.resolve(reason)
      // Says nothing where the connection was opened before.
      resolve(fail(reason))
    },
  })
  return promise
}
