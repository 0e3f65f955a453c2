import { spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { chmod, mkdir, mkdtemp, readdir, readFile, readlink, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import ssh2, { type SFTPWrapper } from 'ssh2'
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { generateHostKey, type PracticeNas, startPracticeNas } from '../../src/practice/nas.ts'

const USER = 'practice'
const PASSWORD = 'tray-of-type'

let home: string
let folder: string
let nas: PracticeNas
const faults: unknown[] = []

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'galley-practice-nas-'))
  folder = join(home, 'nas')
  nas = await startPracticeNas({
    folder,
    hostKey: generateHostKey(),
    user: USER,
    password: PASSWORD,
    onFault: (error) => faults.push(error),
  })
})
afterAll(async () => {
  await nas.close()
  await rm(home, { recursive: true, force: true })
  expect(faults).toEqual([])
})
beforeEach(async () => {
  for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true })
})

describe("OpenSSH's own client", () => {
  it('puts, renames, lists, reads back and removes', async () => {
    const bytes = randomBytes(3_000_001)
    await writeFile(join(home, 'design.png'), bytes)
    const { output, code } = await openSsh([
      'mkdir shop',
      'put design.png shop/.part',
      'rename shop/.part "shop/UV 1.png"',
      'chmod 640 "shop/UV 1.png"',
      'ls -l shop',
      'get "shop/UV 1.png" back.png',
      'df',
    ])
    expect({ code, output }).toMatchObject({
      code: 0,
      output: expect.stringMatching(/-rw-r-----.* 3000001 .*UV 1\.png/),
    })
    expect(await readFile(join(home, 'back.png'))).toEqual(bytes)
    expect(await readdir(join(folder, 'shop'))).toEqual(['UV 1.png'])
    const removed = await openSsh(['rm "shop/UV 1.png"', 'rmdir shop'])
    expect(removed.code).toBe(0)
    expect(await readdir(folder)).toEqual([])
  })

  it('is told why a folder cannot be removed, and goes on', async () => {
    await mkdir(join(folder, 'full/inner'), { recursive: true })
    const { output } = await openSsh(['-rmdir full', '-rm nothing.png', 'pwd'])
    expect(output).toContain('Remote working directory: /')
    expect(output).toMatch(/nothing\.png.*No such file/i)
    expect(await readdir(folder)).toEqual(['full'])
  })

  it('sees no more of the computer than the folder', async () => {
    const { output } = await openSsh([
      'cd ../../..',
      'pwd',
      'ls',
      '-get /etc/passwd stolen',
      '-get ../../../etc/passwd stolen',
    ])
    expect(output).toContain('Remote working directory: /\n')
    expect(await readdir(home)).not.toContain('stolen')
  })

  it('lists a folder of more names than one answer holds', async () => {
    await Promise.all(Array.from({ length: 350 }, (_, index) => writeFile(join(folder, `${index}.png`), '')))
    const { output } = await openSsh(['ls -1'])
    expect(output.match(/^\d+\.png$/gm)).toHaveLength(350)
  })
})

describe('what an upload relies on', () => {
  it('announces fsync, statvfs, posix-rename and its limits', async () => {
    const sftp = await connect()
    expect(Object.keys((sftp as unknown as { _extensions: object })._extensions).sort()).toEqual([
      'fsync@openssh.com',
      'limits@openssh.com',
      'posix-rename@openssh.com',
      'statvfs@openssh.com',
    ])
  })

  it('an exclusive open fails where a file is, and leaves the file alone', async () => {
    await writeFile(join(folder, 'a.png'), 'first')
    const sftp = await connect()
    await expect(call((done) => sftp.open('/a.png', 'wx', done))).rejects.toMatchObject({ code: 4 })
    expect(await readFile(join(folder, 'a.png'), 'utf8')).toBe('first')
  })

  it('of many renames to one name exactly one wins, and every loser keeps its file', async () => {
    const sessions = await Promise.all([connect(), connect(), connect(), connect()])
    for (let round = 0; round < 25; round++) {
      const parts = sessions.map((_, index) => `${round}-${index}.part`)
      await Promise.all(parts.map((part) => writeFile(join(folder, part), part)))
      const results = await Promise.allSettled(
        sessions.map((sftp, index) => call((done) => sftp.rename(`/${parts[index]}`, `/${round}.png`, done))),
      )
      const winners = results.flatMap(({ status }, index) => (status === 'fulfilled' ? [index] : []))
      expect(winners).toHaveLength(1)
      expect(await readFile(join(folder, `${round}.png`), 'utf8')).toBe(parts[winners[0] ?? -1])
      expect((await readdir(folder)).filter((name) => name.startsWith(`${round}-`))).toHaveLength(3)
    }
  })

  it('a rename never replaces, a posix-rename does', async () => {
    await writeFile(join(folder, 'new'), 'new')
    await writeFile(join(folder, 'old'), 'old')
    await mkdir(join(folder, 'empty'))
    await mkdir(join(folder, 'other'))
    const sftp = await connect()
    await expect(call((done) => sftp.rename('/new', '/old', done))).rejects.toMatchObject({ code: 4 })
    await expect(call((done) => sftp.rename('/other', '/empty', done))).rejects.toMatchObject({ code: 4 })
    expect(await readFile(join(folder, 'old'), 'utf8')).toBe('old')
    await call((done) => sftp.ext_openssh_rename('/new', '/old', done))
    expect(await readFile(join(folder, 'old'), 'utf8')).toBe('new')
    expect((await readdir(folder)).sort()).toEqual(['empty', 'old', 'other'])
  })

  it('answers in order: write, fsync, size, rename and close sent in one flight all hold', async () => {
    const sftp = await connect()
    const handle = await call<Buffer>((done) => sftp.open('/.part', 'wx', done))
    const bytes = randomBytes(600_000)
    const pieces = [0, 200_000, 400_000].map((start) =>
      call((done) => sftp.write(handle, bytes, start, 200_000, start, done)),
    )
    const [, size] = await Promise.all([
      call((done) => sftp.ext_openssh_fsync(handle, done)),
      call<{ size: number }>((done) => sftp.fstat(handle, done)),
      ...pieces,
      call((done) => sftp.rename('/.part', '/final.png', done)),
      call((done) => sftp.close(handle, done)),
    ])
    expect(size.size).toBe(600_000)
    expect(sha256(await readFile(join(folder, 'final.png')))).toBe(sha256(bytes))
  })

  it('sets times and permissions, and says so when it cannot set an owner', async () => {
    await writeFile(join(folder, 'a'), 'x')
    const sftp = await connect()
    await call((done) => sftp.utimes('/a', 1_000_000, 1_000_001, done))
    await call((done) => sftp.chmod('/a', 0o600, done))
    expect(await call((done) => sftp.stat('/a', done))).toMatchObject({ mode: 0o100600, mtime: 1_000_001 })
    await expect(call((done) => sftp.chown('/a', 5, 5, done))).rejects.toMatchObject({ code: 8 })
  })

  it('a full disk is a failure, not a success with fewer bytes', async ({ skip }) => {
    const small = await mountSmallDisk()
    if (small === null) return skip('a disk of its own size needs root on Linux')
    const full = await startPracticeNas({
      folder: small,
      hostKey: generateHostKey(),
      user: USER,
      password: PASSWORD,
      onFault: (error) => faults.push(error),
    })
    onTestFinished(() => full.close())
    const sftp = await connect(full)
    const handle = await call<Buffer>((done) => sftp.open('/big', 'wx', done))
    const write = (at: number) => call((done) => sftp.write(handle, Buffer.alloc(500_000), 0, 500_000, at, done))
    await write(0)
    await expect(Promise.all([write(500_000), write(1_000_000)])).rejects.toMatchObject({ code: 4 })
    expect(await call((done) => sftp.ext_openssh_statvfs('/', done))).toMatchObject({ f_bavail: 0 })
  })
})

describe('what it must not let through', () => {
  it.each([
    '../secret',
    '/../../secret',
    '/a/../../secret',
    '/link-out/secret',
    '/file-out',
    '/dangling',
    '/./../secret',
  ])('%s leads nowhere', async (path) => {
    await writeFile(join(home, 'secret'), 'secret')
    await mkdir(join(folder, 'a'))
    await symlink(home, join(folder, 'link-out'))
    await symlink(join(home, 'secret'), join(folder, 'file-out'))
    await symlink(join(home, 'made-outside'), join(folder, 'dangling'))
    await writeFile(join(folder, 'mine'), 'mine')
    const sftp = await connect()
    const attempts = [
      call((done) => sftp.open(path, 'r', done)),
      call((done) => sftp.stat(path, done)),
      call((done) => sftp.opendir(path, done)),
      call((done) => sftp.rename('/mine', `${path}/x`, done)),
      call((done) => sftp.mkdir(`${path}/x`, done)),
      call((done) => sftp.chmod(path, 0, done)),
    ]
    const results = await Promise.allSettled(attempts)
    expect(results.map(({ status }) => status)).toEqual(attempts.map(() => 'rejected'))
    // Creating is refused, or happens inside: `..` cannot lead above the folder.
    await call((done) => sftp.open(path, 'w', done)).catch(() => undefined)
    expect(await readFile(join(home, 'secret'), 'utf8')).toBe('secret')
    expect(await readdir(home)).not.toContain('made-outside')
  })

  it('a link that stays inside is followed', async () => {
    await mkdir(join(folder, 'real'))
    await writeFile(join(folder, 'real/a'), 'inside')
    await symlink('real', join(folder, 'link'))
    const sftp = await connect()
    await symlink('real/a', join(folder, 'alias'))
    expect(await call((done) => sftp.readFile('/link/a', 'utf8', done))).toBe('inside')
    await call((done) => sftp.writeFile('/alias', 'by its alias', done))
    expect(await readFile(join(folder, 'real/a'), 'utf8')).toBe('by its alias')
  })

  it('the folder itself cannot be removed, moved or replaced', async () => {
    const sftp = await connect()
    for (const path of ['/', '', '.', '/a/..']) {
      await expect(call((done) => sftp.rmdir(path, done))).rejects.toMatchObject({ code: 3 })
      await expect(call((done) => sftp.rename(path, '/b', done))).rejects.toMatchObject({ code: 3 })
    }
    expect((await stat(folder)).isDirectory()).toBe(true)
  })

  it('a wrong password, another user or no password at all', async () => {
    for (const wrong of [{ password: 'x' }, { username: 'root' }, { password: '' }]) {
      await expect(connect(nas, wrong)).rejects.toThrow(/authentication/i)
    }
  })

  it('offers no shell, no command and no tunnel', async () => {
    const client = await signIn(nas)
    await expect(call((done) => client.exec('id', done))).rejects.toThrow()
    await expect(call((done) => client.shell(done))).rejects.toThrow()
    await expect(call((done) => client.forwardOut('127.0.0.1', 1, '127.0.0.1', nas.port, done))).rejects.toThrow()
  })

  it.each([
    ['a packet longer than any', Buffer.from([0xff, 0xff, 0xff, 0xff, 1])],
    ['a packet of no length', Buffer.from([0, 0, 0, 0])],
    ['a string longer than its packet', Buffer.from([0, 0, 0, 9, 17, 0, 0, 0, 1, 0, 0, 0, 99])],
  ])('%s ends that session and no other', async (_, bytes) => {
    const client = await signIn(nas)
    const other = await connect()
    const channel = await call<ssh2.ClientChannel>((done) => client.subsys('sftp', done))
    const closed = new Promise((resolve) => channel.once('close', resolve))
    channel.resume()
    channel.write(bytes)
    await closed
    expect(await call((done) => other.stat('/', done))).toMatchObject({ size: expect.any(Number) })
  })

  it('a client that vanishes mid-file leaves no handle open', async () => {
    const client = await signIn(nas)
    const sftp = await call<SFTPWrapper>((done) => client.sftp(done))
    await call((done) => sftp.open('/.part', 'wx', done))
    expect(await openFilesIn(folder)).toHaveLength(1)
    client.destroy()
    await expect.poll(() => openFilesIn(folder)).toEqual([])
  })
})

async function signIn(server: PracticeNas, change: ssh2.ConnectConfig = {}): Promise<ssh2.Client> {
  const client = new ssh2.Client()
  onTestFinished(() => void client.destroy())
  await new Promise<void>((resolve, reject) => {
    client.once('ready', resolve).once('error', reject)
    client.connect({ host: server.host, port: server.port, username: USER, password: PASSWORD, ...change })
  })
  client.on('error', () => undefined)
  return client
}

async function connect(server: PracticeNas = nas, change: ssh2.ConnectConfig = {}): Promise<SFTPWrapper> {
  const client = await signIn(server, change)
  return call((done) => client.sftp(done))
}

/** A call with a callback, as a promise. */
function call<T = unknown>(run: (done: (error?: Error | null, value?: T) => void) => unknown): Promise<T> {
  return new Promise((resolve, reject) => {
    run((error, value) => (error ? reject(error) : resolve(value as T)))
  })
}

/** Runs OpenSSH's `sftp` on a list of commands; one with a leading dash may fail. */
async function openSsh(commands: readonly string[]): Promise<{ code: number | null; output: string }> {
  const askPass = join(home, 'ask-pass')
  await writeFile(askPass, `#!/bin/sh\necho ${PASSWORD}\n`)
  await chmod(askPass, 0o700)
  const options = ['BatchMode=no', 'StrictHostKeyChecking=no', `UserKnownHostsFile=${join(home, 'known')}`]
  const args = [...options.flatMap((option) => ['-o', option]), '-b', '-', '-P', String(nas.port), `${USER}@127.0.0.1`]
  const child = spawn('sftp', args, {
    cwd: home,
    env: { ...process.env, SSH_ASKPASS: askPass, SSH_ASKPASS_REQUIRE: 'force', DISPLAY: ':0' },
  })
  let output = ''
  child.stdout.on('data', (data: Buffer) => (output += data))
  child.stderr.on('data', (data: Buffer) => (output += data))
  child.stdin.end(`${commands.join('\n')}\n`)
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { code, output }
}

/** A file system of 1 MiB, or null where this cannot be made. */
async function mountSmallDisk(): Promise<string | null> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return null
  const place = await mkdtemp(join(home, 'small-'))
  const run = (command: string, ...args: string[]) =>
    new Promise<number | null>((resolve) => spawn(command, args).once('close', resolve))
  if ((await run('mount', '-t', 'tmpfs', '-o', 'size=1m', 'galley-test', place)) !== 0) return null
  onTestFinished(async () => void (await run('umount', '-l', place)))
  return place
}

/** Files below `path` that this process has open. */
async function openFilesIn(path: string): Promise<string[]> {
  const links = await Promise.all(
    (await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')),
  )
  return links.filter((target) => target.startsWith(`${path}/`))
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}
