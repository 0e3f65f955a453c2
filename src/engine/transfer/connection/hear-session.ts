import type { Client, ClientChannel } from 'ssh2'
import type { Failure } from '../../../shared/domain/failure.ts'
import { channelFailure, type SessionWords, sessionFailure } from './opening-failures.ts'

/** A server that has words for us has them at once. */
const HEARD_WITHIN_MS = 5000
const KEPT_BYTES = 2000
const SHOWN_CHARACTERS = 200

/** Why a client that is signed in got no SFTP channel, where ssh2 says `error`. */
export async function whyNoChannel(client: Client, error: Error): Promise<Failure> {
  const reason = channelFailure(error)
  return reason === 'ask' ? sessionFailure(error, await hearSession(client)) : reason
}

type Opened = (error: Error | undefined, stream: ClientChannel) => void

/** Listens to sessions of a connection that is signed in: ssh2's own SFTP keeps neither text that was printed into it nor
 *  standard error. First to one that starts SFTP; when that has no words, to one that does nothing, because OpenSSH
 *  keeps standard error of SFTP to itself. Never rejects; what cannot be heard stays empty. */
async function hearSession(client: Client): Promise<SessionWords> {
  const sftp = await listen((opened) => client.subsys('sftp', opened))
  if (sftp.printed !== '' || sftp.complained !== '') return sftp
  const { printed, complained } = await listen((opened) => client.exec(':', opened))
  return { printed: '', complained: complained || printed, exit: sftp.exit }
}

function listen(open: (opened: Opened) => void): Promise<SessionWords> {
  return new Promise((resolve) => {
    let [out, err] = [Buffer.alloc(0), Buffer.alloc(0)]
    let exit: number | string | null = null
    const settle = (): void => {
      clearTimeout(timer)
      resolve({ printed: out[0] === 0 ? '' : readable(out), complained: readable(err), exit })
    }
    const timer = setTimeout(settle, HEARD_WITHIN_MS)
    const hear = (stream: ClientChannel): void => {
      stream.on('data', (bytes: Buffer) => {
        out = added(out, bytes)
      })
      stream.stderr.on('data', (bytes: Buffer) => {
        err = added(err, bytes)
      })
      stream.on('exit', (code: number | null, signal?: string) => {
        exit = code ?? signal ?? null
      })
      stream.on('close', settle)
      // An SFTP server ends when nothing more can come.
      stream.end()
    }
    try {
      open((error, stream) => (error === undefined ? hear(stream) : settle()))
    } catch {
      // Not connected any more.
      settle()
    }
  })
}

function added(kept: Buffer<ArrayBuffer>, bytes: Buffer): Buffer<ArrayBuffer> {
  return kept.length < KEPT_BYTES ? Buffer.concat([kept, bytes]) : kept
}

/** Words of a server in one line, without control characters. */
function readable(bytes: Buffer): string {
  const text = bytes
    .toString('utf8')
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim()
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text
}
