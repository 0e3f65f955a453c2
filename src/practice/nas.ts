import { createHash, timingSafeEqual } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import ssh2, { type Connection } from 'ssh2'
import { createJail, type Jail } from './sftp/jail.ts'
import { serveSftp } from './sftp/session.ts'

export interface PracticeNasOptions {
  /** What clients see as `/`; made if missing. */
  readonly folder: string
  /** Private key in OpenSSH's format. */
  readonly hostKey: string
  readonly user: string
  readonly password: string
  /** Hears of bugs; clients that go away or misbehave are none. */
  readonly onFault: (error: unknown) => void
}

/** An SFTP server over a folder, for this computer only. */
export interface PracticeNas {
  readonly host: string
  readonly port: number
  /** `SHA256:...` as OpenSSH writes it. */
  readonly fingerprint: string
  /** Ends every session. */
  close(): Promise<void>
}

/** Starts the server on a free loopback port. One user, by password; SFTP and nothing else. */
export async function startPracticeNas(options: PracticeNasOptions): Promise<PracticeNas> {
  await mkdir(options.folder, { recursive: true })
  const jail = await createJail(options.folder)
  const ssh = new ssh2.Server({ hostKeys: [options.hostKey], ident: 'GalleyPractice' }, (connection) =>
    serveConnection(connection, jail, options),
  )
  const sockets = new Set<Socket>()
  // Small answers must not wait for the acknowledgement of those before them.
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    ssh.injectSocket(socket)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const { address, port } = server.address() as AddressInfo
  return {
    host: address,
    port,
    fingerprint: fingerprintOf(options.hostKey),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}

/** A new private host key in OpenSSH's format. ssh2 1.17 makes one that it cannot read itself about once in 200 times. */
export function generateHostKey(): string {
  for (;;) {
    const key = ssh2.utils.generateKeyPairSync('ed25519').private
    if (!(ssh2.utils.parseKey(key) instanceof Error)) return key
  }
}

function serveConnection(connection: Connection, jail: Jail, { user, password, onFault }: PracticeNasOptions): void {
  // A client that breaks off is no fault; its sessions end with it.
  connection.on('error', () => undefined)
  connection.on('authentication', (attempt) => {
    if (attempt.method === 'password' && isEqual(attempt.username, user) && isEqual(attempt.password, password)) {
      attempt.accept()
    } else attempt.reject(['password'])
  })
  connection.on('session', (accept) => {
    accept().on('subsystem', (acceptSubsystem, reject, { name }) => {
      if (name !== 'sftp') return reject()
      serveSftp(acceptSubsystem(), jail).catch(onFault)
    })
  })
}

/** Takes the same time for any two texts. */
function isEqual(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(expected))
}

function fingerprintOf(hostKey: string): string {
  const parsed = ssh2.utils.parseKey(hostKey)
  if (parsed instanceof Error) throw parsed
  const digest = createHash('sha256').update(parsed.getPublicSSH()).digest('base64')
  return `SHA256:${digest.replace(/=+$/, '')}`
}
