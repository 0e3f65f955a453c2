import { expect, test } from 'vitest'
import { type Sshd, startSshd } from '../support/sshd.ts'
import { accessTo, failsWith, makeUpload, startTransferWorker } from '../support/transfer-worker.ts'

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
  const uploads = await Promise.all(['a', 'b', 'c'].map((id) => makeUpload(sshd, id, 1000)))
  const results = await Promise.all(uploads.map((upload) => worker.put(upload)))
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
