import { mkdtemp, rm } from 'node:fs/promises'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import ssh2, { type AuthContext, type Connection } from 'ssh2'
import { readHostKey } from '../../src/engine/transfer/connection/host-key.ts'
import { generateHostKey } from '../../src/practice/nas.ts'
import { createJail } from '../../src/practice/sftp/jail.ts'
import { serveSftp } from '../../src/practice/sftp/session.ts'
import type { NasAccess } from '../../src/shared/worker/transfer.ts'

const PASSWORD = 'upload-tray-7'

export interface SshServerOptions {
  /** The one way to sign in that it offers; by default the password. */
  readonly offers?: 'password' | 'keyboard-interactive'
  /** Each try of that. By default the one password is accepted. */
  signIn?(attempt: AuthContext, connection: Connection): void
  /** SFTP is asked for and gets no answer. */
  readonly isMute?: boolean
  /** Called when somebody has signed in. */
  signedIn?(connection: Connection): void
}

/** An SFTP server on a free loopback port whose every word a test can decide. Password of any user: that of its access. */
export interface SshServer extends AsyncDisposable {
  readonly access: NasAccess
  /** Folder of this computer behind `/`. */
  readonly root: string
  /** Those that are open, in the order in which they came. */
  readonly connections: readonly Connection[]
  /** Passwords that were offered since the start. */
  readonly passwordsTried: number
  /** Shows another identity from now on, as a NAS that was set up anew; whoever is connected is cut off. */
  renewHostKey(): void
}

export async function startSshServer(options: SshServerOptions = {}): Promise<SshServer> {
  const { offers = 'password', signIn, signedIn, isMute = false } = options
  const root = await mkdtemp(join(tmpdir(), 'galley-ssh-server-'))
  const jail = await createJail(root)
  const connections: Connection[] = []
  let passwordsTried = 0
  const serve = (connection: Connection): void => {
    connections.push(connection)
    connection.on('error', () => undefined)
    connection.on('close', () => connections.splice(connections.indexOf(connection), 1))
    connection.on('authentication', (attempt) => {
      if (attempt.method !== offers) return attempt.reject([offers])
      if (attempt.method === 'password') passwordsTried++
      if (signIn !== undefined) signIn(attempt, connection)
      else if (attempt.method === 'password' && attempt.password === PASSWORD) attempt.accept()
      else attempt.reject(['password'])
    })
    connection.on('ready', () => signedIn?.(connection))
    connection.on('session', (accept) => {
      accept().on('subsystem', (acceptSubsystem) => {
        if (!isMute) void serveSftp(acceptSubsystem(), jail)
      })
    })
  }
  const identify = () => {
    const hostKey = generateHostKey()
    const parsed = ssh2.utils.parseKey(hostKey)
    if (parsed instanceof Error) throw parsed
    const { fingerprint } = readHostKey(parsed.getPublicSSH())
    return { fingerprint, ssh: new ssh2.Server({ hostKeys: [hostKey] }, serve) }
  }
  let identity = identify()
  const sockets = new Set<Socket>()
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    identity.ssh.injectSocket(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    get access() {
      return {
        nas: { host: '127.0.0.1', port, user: 'ann', root: '/' },
        password: PASSWORD,
        hostKey: identity.fingerprint,
        maxConnections: 2,
      }
    },
    root,
    connections,
    get passwordsTried() {
      return passwordsTried
    },
    renewHostKey() {
      identity = identify()
      for (const socket of sockets) socket.destroy()
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
      await rm(root, { recursive: true, force: true })
    },
  }
}

interface Protocol {
  readonly _packetRW: {
    readonly write: {
      readonly allocStartKEX: number
      alloc(bytes: number, isForced: boolean): Buffer
      finalize(packet: Buffer, isForced: boolean): Buffer
    }
  }
  readonly _cipher: { encrypt(packet: Buffer): void }
}

/** Ends a connection as RFC 4253, 11.1 has it. ssh2's own goodbye has no words. */
export function sayGoodbye(connection: Connection, reason: number, words: string): void {
  const text = Buffer.from(words)
  const body = Buffer.alloc(1 + 4 + 4 + text.length + 4)
  body.writeUInt8(1)
  body.writeUInt32BE(reason, 1)
  body.writeUInt32BE(text.length, 5)
  text.copy(body, 9)
  sendMessage(connection, body)
  connection.end()
}

/** Asks for a new password in place of an answer to one (RFC 4252, 8). */
export function askForNewPassword(connection: Connection, words: string): void {
  const text = Buffer.from(words)
  const body = Buffer.alloc(1 + 4 + text.length + 4)
  body.writeUInt8(60)
  body.writeUInt32BE(text.length, 1)
  text.copy(body, 5)
  sendMessage(connection, body)
}

function sendMessage(connection: Connection, body: Buffer): void {
  const protocol: Protocol = Reflect.get(connection, '_protocol')
  const { write } = protocol._packetRW
  const packet = write.alloc(body.length, true)
  body.copy(packet, write.allocStartKEX)
  protocol._cipher.encrypt(write.finalize(packet, true))
}
