import { expect, test } from 'vitest'
import { askForNewPassword, type SshServer, sayGoodbye, startSshServer } from '../support/ssh-server.ts'
import { type Sshd, startSshd } from '../support/sshd.ts'
import {
  accessTo,
  failsWith,
  makeUpload,
  startTransferWorker,
  type TransferWorker,
} from '../support/transfer-worker.ts'

const SERVER = '/usr/lib/openssh/sftp-server'

/** How often the NAS let somebody in. */
const signIns = (sshd: Sshd): number => sshd.log().match(/Accepted /g)?.length ?? 0

test.for([
  ['SFTP off', ['Subsystem other /bin/false'], 'sftp-off', ''],
  [
    'login script prints',
    [`ForceCommand echo "Welcome to the studio's NAS"; exec ${SERVER}`],
    'sftp-garbled',
    "Welcome to the studio's NAS",
  ],
  ['no shell', ['ForceCommand /usr/sbin/nologin'], 'session-refused', 'This account is currently not available.'],
  [
    'password expired',
    ['ForceCommand echo "Password change required but no TTY available." >&2; exit 1'],
    'session-refused',
    'Password change required',
  ],
  ['session ends in silence', ['ForceCommand exit 7'], 'session-refused', 'exit 7'],
  ['session that cannot be opened', ['MaxSessions 0'], 'session-refused', ''],
] as const)('[NAS set up wrongly] %s: told to all files at one sign-in', async ([, config, code, words]) => {
  await using sshd = await startSshd({ config })
  await using worker = await startTransferWorker(accessTo(sshd))
  const results = await putAll(worker, sshd)
  for (const result of results) expect(result).toEqual(failsWith(code, words))
  expect(signIns(sshd)).toBe(1)
})

test('[NAS set up wrongly] a jail that the NAS refuses: told to all files at one sign-in', async () => {
  await using sshd = await startSshd({ config: ['ChrootDirectory %h/nowhere'] })
  await using worker = await startTransferWorker(accessTo(sshd))
  const result = await worker.put(await makeUpload(sshd, 'a', 1000))
  expect(result).toEqual(failsWith('session-refused', ''))
  expect(signIns(sshd)).toBe(1)
})

test.for([
  [12, 'session-refused'],
  [2, 'session-refused'],
] as const)(
  '[NAS set up wrongly] a goodbye right after the sign-in, reason %i, is told in the words of the NAS',
  async ([reason, code]) => {
    const words = 'Too many sessions for this user'
    await using nas = await startSshServer({ signedIn: (connection) => sayGoodbye(connection, reason, words) })
    await using worker = await startTransferWorker(nas.access)
    const results = await putAll(worker, nas)
    for (const result of results) expect(result).toEqual(failsWith(code, words))
    expect(nas.passwordsTried).toBe(1)
  },
)

test.for([
  [2, 'needs-sign-in'],
  [14, 'needs-sign-in'],
  [12, 'session-refused'],
  [7, 'nas-unreachable'],
] as const)('a goodbye in the sign-in tells of the password only where its reason does: %i', async ([reason, code]) => {
  await using nas = await startSshServer({
    signIn: (_attempt, connection) => sayGoodbye(connection, reason, 'Bye for now'),
  })
  await using worker = await startTransferWorker(nas.access)
  expect(await putAll(worker, nas)).toContainEqual(failsWith(code, 'Bye for now'))
})

test('[password expired] a NAS that asks for a new password: its words, and the old one offered once', async () => {
  const words = 'Your password has expired. New password:'
  await using nas = await startSshServer({ signIn: (_attempt, connection) => askForNewPassword(connection, words) })
  await using worker = await startTransferWorker(nas.access)
  for (const result of await putAll(worker, nas)) expect(result).toEqual(failsWith('password-expired', words))
  expect(nas.passwordsTried).toBe(1)
})

async function putAll(worker: TransferWorker, { root }: Pick<SshServer, 'root'>): Promise<unknown[]> {
  const uploads = await Promise.all(['a', 'b', 'c'].map((id) => makeUpload({ root: '/', scratch: root }, id, 1000)))
  return Promise.all(uploads.map((upload) => worker.put(upload)))
}
