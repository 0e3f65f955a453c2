import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { startSshd } from './sshd.ts'

const run = promisify(execFile)

test('a server takes files of the user that runs the tests, and again after a restart', async () => {
  await using sshd = await startSshd()
  const batch = join(sshd.root, '..', 'batch')
  await writeFile(batch, `put ${batch} ${sshd.root}/stored\n`)
  const sftp = ['-q', '-b', batch, '-P', `${sshd.port}`, '-i', sshd.identityFile]
  const trust = ['-o', 'StrictHostKeyChecking=no', '-o', 'UserKnownHostsFile=/dev/null', '-o', 'LogLevel=ERROR']
  await run('sftp', [...sftp, ...trust, `${sshd.user}@${sshd.host}`])
  expect(await readFile(join(sshd.root, 'stored'), 'utf8')).toContain('put ')

  await sshd.stop()
  await expect(run('sftp', [...sftp, ...trust, `${sshd.user}@${sshd.host}`])).rejects.toThrow('Connection closed')
  await sshd.start()
  await run('sftp', [...sftp, ...trust, `${sshd.user}@${sshd.host}`])
})
