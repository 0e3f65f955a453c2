import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import { isAlive } from '../processes.ts'

const run = promisify(execFile)

/** Names of users begin with it, then comes the process that made them: what a killed test left is found by it. */
const PREFIX = 'galley-nas-'
const LOCK_TRIES = 50

/** A user of this computer for one server, removed with it. */
export interface TemporaryUser extends AsyncDisposable {
  readonly user: string
  readonly password: string
  readonly uid: number
  readonly gid: number
  readonly home: string
}

/** Makes a user with a password and a home folder; needs root. */
export async function makeTemporaryUser(shell = '/bin/bash'): Promise<TemporaryUser> {
  await removeAbandonedUsers()
  const user = `${PREFIX}${process.pid}-${randomBytes(3).toString('hex')}`
  const password = randomBytes(9).toString('hex')
  const home = await mkdtemp(join(tmpdir(), 'galley-home-'))
  const { stdout: hash } = await run('openssl', ['passwd', '-6', password])
  const options = ['--no-create-home', '--home-dir', home, '--shell', shell, '--password', hash.trim()]
  await changingUsers('useradd', ...options, user)
  const [uid, gid] = await Promise.all(['-u', '-g'].map(async (flag) => Number((await run('id', [flag, user])).stdout)))
  if (uid === undefined || gid === undefined) throw new Error(`no user ${user}`)
  await run('chown', [`${uid}:${gid}`, home])
  return {
    user,
    password,
    uid,
    gid,
    home,
    async [Symbol.asyncDispose]() {
      await removeUser(user)
      await rm(home, { recursive: true, force: true })
    },
  }
}

/** The password of the user has to be changed at the next sign-in. */
export async function expirePassword({ user }: TemporaryUser): Promise<void> {
  await changingUsers('chage', '-d', '0', user)
}

async function removeAbandonedUsers(): Promise<void> {
  const { stdout } = await run('getent', ['passwd'])
  for (const [, user = '', pid = ''] of stdout.matchAll(new RegExp(`^(${PREFIX}(\\d+)-\\w+):`, 'gm')))
    if (!isAlive(Number(pid))) await removeUser(user)
}

/** Forced: a session that is just ending would keep the user. */
async function removeUser(user: string): Promise<void> {
  await changingUsers('userdel', '--force', user).catch((error: unknown) => {
    if (!String(error).includes('does not exist')) throw error
  })
}

/** One program at a time may change the users; others wait. */
async function changingUsers(program: string, ...args: string[]): Promise<void> {
  for (let tries = 1; ; tries++) {
    const problem = await run(program, args).then(
      () => null,
      (error: Error) => error,
    )
    if (problem === null) return
    if (!/lock/.test(problem.message) || tries === LOCK_TRIES) throw problem
    await wait(100)
  }
}
