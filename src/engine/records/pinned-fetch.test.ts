import { createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { pinnedFetch } from './pinned-fetch.ts'

test('where a kept connection turns out to be closed, it is asked again on another one; a new one that breaks is told', async () => {
  const used = new Set<Socket>()
  let breaksAll = false
  const server = createServer((request, response) => {
    const { socket } = request
    if (breaksAll || used.has(socket)) return void socket.resetAndDestroy()
    used.add(socket)
    request.resume().on('end', () => response.end('here'))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close().closeAllConnections())
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  const ask = (): Promise<string> =>
    pinnedFetch(undefined)(url, {
      method: 'POST',
      headers: {},
      body: 'one',
      redirect: 'manual',
      signal: AbortSignal.timeout(10_000),
    }).then((answer) => answer.text())
  expect(await ask()).toBe('here')
  expect(await ask()).toBe('here')
  expect(used.size).toBe(2)
  breaksAll = true
  await expect(ask()).rejects.toMatchObject({ code: 'ECONNRESET' })
})
