import { createServer, type Socket } from 'node:net'
import { expect, test } from 'vitest'
import { openConnection } from '../../src/engine/transfer/connection/connection.ts'
import { createRateLimits } from '../../src/engine/transfer/connection/rate-limit.ts'
import { DEFAULT_DEADLINES, type TransferDeadlines } from '../../src/engine/transfer/connection/settings.ts'
import { failure } from '../../src/shared/domain/failure.ts'
import type { NasAccess } from '../../src/shared/worker/transfer.ts'
import { expectOk } from '../support/engine.ts'
import { startSshServer } from '../support/ssh-server.ts'
import { failsWith } from '../support/transfer-worker.ts'

const open = (access: NasAccess, deadlines: Partial<TransferDeadlines>) =>
  openConnection(
    access,
    {
      deadlines: { ...DEFAULT_DEADLINES, ...deadlines },
      keyTypes: new Map(),
      limits: createRateLimits(() => performance.now()),
    },
    () => performance.now(),
  )

test('[slow sign-in] a NAS that takes longer to sign in than to be reached is waited for', async () => {
  const connectMs = 1000
  await using nas = await startSshServer({ signIn: (attempt) => setTimeout(() => attempt.accept(), 2 * connectMs) })
  const connection = expectOk(await open(nas.access, { connectMs }))
  connection.destroy(failure('connection-lost', 'the test has ended'))
})

test('[slow sign-in] where it never ends, the words say which step it was', async () => {
  await using slow = await startSshServer({ signIn: () => undefined })
  const deadlines = { signInMs: 400 }
  expect(await open(slow.access, deadlines)).toEqual(failsWith('sign-in-slow', 'no answer to the sign-in within 0.4 s'))
  await using mute = await startSshServer({ isMute: true })
  expect(await open(mute.access, deadlines)).toEqual(failsWith('sign-in-slow', 'signed in, but no SFTP within 0.4 s'))
})

test('a port that takes connections and says nothing is told as that', async () => {
  const sockets: Socket[] = []
  const server = createServer((socket) => void sockets.push(socket))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const nas = { host: '127.0.0.1', port: address.port, user: 'ann', root: '/' }
  const result = await open({ nas, password: 'any', maxConnections: 1 }, { connectMs: 400 })
  expect(result).toEqual(failsWith('nas-unreachable', 'connected, but no SSH handshake within 0.4 s'))
  for (const socket of sockets) socket.destroy()
  await new Promise((resolve) => server.close(resolve))
})
