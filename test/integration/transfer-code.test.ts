import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AuthContext } from 'ssh2'
import { expect, onTestFinished, test, vi } from 'vitest'
import { type SshServer, startSshServer } from '../support/ssh-server.ts'
import { failsWith, makeUpload, storesAs } from '../support/transfer-worker.ts'
import { startTransfers } from '../support/transfers.ts'

const PASSWORD = 'upload-tray-7'

interface CodeNas {
  readonly server: SshServer
  /** What was answered, round by round. */
  readonly answers: string[]
}

/** A NAS that asks for the password and for a code, of which each is good for one sign-in: one after the other, or both
 *  at once. */
async function startCodeNas(codes: readonly string[], isAtOnce = false): Promise<CodeNas> {
  const answers: string[] = []
  const unused = new Set(codes)
  const judge = (attempt: AuthContext, password: string | undefined, code: string | undefined): void => {
    if (password === PASSWORD && unused.delete(code ?? '')) attempt.accept()
    else attempt.reject(['keyboard-interactive'])
  }
  const server = await startSshServer({
    offers: 'keyboard-interactive',
    signIn(attempt) {
      if (attempt.method !== 'keyboard-interactive') return attempt.reject(['keyboard-interactive'])
      const password = { prompt: 'Passwort: ', echo: false }
      const code = { prompt: 'Bestätigungscode: ', echo: true }
      attempt.prompt(isAtOnce ? [password, code] : [password], (first) => {
        answers.push(...first)
        if (isAtOnce) return judge(attempt, first[0], first[1])
        attempt.prompt([code], (second) => {
          answers.push(...second)
          judge(attempt, first[0], second[0])
        })
      })
    },
  })
  return { server, answers }
}

async function scratchFolder(): Promise<string> {
  const scratch = await mkdtemp(join(tmpdir(), 'galley-code-'))
  onTestFinished(() => rm(scratch, { recursive: true }))
  return scratch
}

test('[one-time code] a code is asked for in the words of the NAS, sent once, and its connection carries all that is left', async () => {
  const scratch = await scratchFolder()
  const { server, answers } = await startCodeNas(['123456', '654321'])
  await using _server = server
  using transfers = startTransfers({ ...server.access, maxConnections: 4 }, { deadlines: { idleMs: 0 } })
  const put = async (id: string, bytes = 1000): Promise<unknown> =>
    transfers.put(await makeUpload({ scratch, root: '/' }, id, bytes))

  expect(await put('a')).toEqual(failsWith('code-wanted', 'Bestätigungscode'))
  expect(answers).toEqual([PASSWORD])

  expect(await transfers.signIn('123456')).toEqual({ ok: true, value: null })
  const ids = ['b', 'c', 'd', 'e', 'f', 'g']
  const results = await Promise.all(ids.map((id) => put(id, 3_000_000)))
  expect(results).toEqual(ids.map((id) => storesAs(`${id}.png`)))
  // Idle for as long as it takes to write a file, it is still the same one.
  const [kept] = server.connections
  expect(await put('k')).toEqual(storesAs('k.png'))
  expect(server.connections).toEqual([kept])
  expect(answers).toEqual([PASSWORD, PASSWORD, '123456'])

  // Gone, it is asked for once more, and the old code is not sent again.
  server.connections[0]?.end()
  await vi.waitFor(() => expect(server.connections).toHaveLength(0))
  expect(await Promise.all(['h', 'i', 'j'].map((id) => put(id)))).toEqual(
    Array.from({ length: 3 }, () => failsWith('code-wanted', 'Bestätigungscode')),
  )
  expect(answers).toEqual([PASSWORD, PASSWORD, '123456', PASSWORD])
  expect(await transfers.signIn('654321')).toEqual({ ok: true, value: null })

  transfers.letIdle()
  await vi.waitFor(() => expect(server.connections).toHaveLength(0))
})

test('[one-time code] a wrong code is told as that, and tried once', async () => {
  const { server, answers } = await startCodeNas(['123456'])
  await using _server = server
  using transfers = startTransfers(server.access)
  expect(await transfers.signIn('000000')).toEqual(failsWith('code-wanted', 'refused'))
  expect(answers).toEqual([PASSWORD, '000000'])
  expect(await transfers.signIn('123456')).toEqual({ ok: true, value: null })
})

test('[one-time code] password and code that are asked for at once are answered at once, or not at all', async () => {
  const scratch = await scratchFolder()
  const { server, answers } = await startCodeNas(['123456'], true)
  await using _server = server
  using transfers = startTransfers(server.access)
  const upload = await makeUpload({ scratch, root: '/' }, 'a', 1000)
  expect(await transfers.put(upload)).toEqual(failsWith('code-wanted', 'Passwort: Bestätigungscode'))
  expect(answers).toEqual([])
  expect(await transfers.signIn('123456')).toEqual({ ok: true, value: null })
  expect(answers).toEqual([PASSWORD, '123456'])
})
