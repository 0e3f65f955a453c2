import { appendFile, chmod, chown, mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { FailureCode } from '../../../src/shared/domain/failure.ts'
import { mountSmallDisk } from '../small-disk.ts'
import { expirePassword } from './account.ts'
import { mountExt4, mountFuse, mountQuota, mountReadOnly, sealNames } from './disks.ts'
import { makeChroot, type OpensshOptions, SFTP_SERVER, startOpenssh, writeScript } from './openssh.ts'
import type { Expected, PROGRAMS, ServerKind } from './server-kind.ts'

interface Row {
  readonly what: string
  readonly config?: readonly string[]
  /** More than lines of configuration. */
  readonly options?: OpensshOptions | (() => Promise<OpensshOptions>)
  readonly refuses?: readonly FailureCode[]
  readonly fills?: { readonly megabytes: number; readonly codes: readonly FailureCode[] }
  readonly needs?: 'root'
  readonly programs?: readonly (keyof typeof PROGRAMS)[]
  readonly cannot?: string
}

const INTERNAL = 'Subsystem sftp internal-sftp'
const external = (program = SFTP_SERVER): string => `Subsystem sftp ${program}`
const PAM = ['UsePAM yes', 'PasswordAuthentication yes']
const ONLY_PASSWORD = 'PubkeyAuthentication no'
const byPassword = { signIn: 'password' } as const

const ROWS: Readonly<Record<string, Row>> = {
  'ssh-default': {
    what: 'as Debian ships it: PAM, a file server of its own',
    config: [external(), 'UsePAM yes'],
    needs: 'root',
  },
  'ssh-chroot': {
    what: 'a virtual root, every command answered by the file server',
    options: async () => {
      const on = await makeChroot()
      const config = (): string[] => [INTERNAL, 'ForceCommand internal-sftp', `ChrootDirectory ${on.path}`]
      return { on, folder: join(on.path, 'designs'), seenAs: '/designs', config }
    },
    needs: 'root',
  },
  'ssh-force': { what: 'every command answered by the file server', config: [INTERNAL, 'ForceCommand internal-sftp'] },
  'ssh-force-program': {
    what: 'every command answered by a file server of its own',
    config: [external(), `ForceCommand ${SFTP_SERVER}`],
  },
  'ssh-umask': { what: 'umask 077', config: [external(`${SFTP_SERVER} -u 077`)] },
  'ssh-names': {
    what: 'a root with spaces, an apostrophe and letters of other scripts',
    options: async () => {
      const on = await makeChroot()
      return { on, folder: join(on.path, "Martha's Entwürfe – 設計 2") }
    },
    needs: 'root',
  },
  'ssh-maxsessions': { what: 'one channel a connection', config: ['MaxSessions 1'] },
  'ssh-maxstartups': { what: 'one sign-in at a time', config: ['MaxStartups 1'] },
  'ssh-old': { what: 'cannot copy between its files (before 9.0)', config: [`${INTERNAL} -P copy-data`] },
  'ssh-bare': {
    what: 'without any extension',
    config: [`${INTERNAL} -P posix-rename,hardlink,fsync,statvfs,fstatvfs,lsetstat,limits,expand-path,copy-data`],
  },
  'ssh-no-replace': { what: 'without posix-rename', config: [`${INTERNAL} -P posix-rename`] },
  'ssh-rekey': { what: 'new keys every 4 MB or 5 s', config: ['RekeyLimit 4M 5s'] },
  'ssh-alive': {
    what: 'asks every second whether the client is there',
    config: ['ClientAliveInterval 1', 'ClientAliveCountMax 3'],
  },
  'ssh-few-files': {
    what: 'its file server may open 12 files',
    options: {
      config: async ({ home }) => [
        external(await writeScript(join(home, 'few-files'), 'ulimit -n 12', `exec ${SFTP_SERVER}`)),
      ],
    },
  },
  'ssh-readonly': {
    what: 'a file server that only reads (-R)',
    config: [`${INTERNAL} -R`],
    refuses: ['permission-denied', 'nas-read-only'],
  },
  'ssh-norename': {
    what: 'takes files, and renames and removes none',
    config: [`${INTERNAL} -P rename,posix-rename,hardlink,remove`],
    refuses: ['rename-refused'],
    cannot: 'a file would have to be written under its final name',
  },
  'ssh-banner-quiet': {
    what: 'a banner of 30 lines before the sign-in',
    options: {
      config: async ({ home }) => {
        const path = join(home, 'banner')
        await writeFile(path, 'Authorized use only. All that is done here is recorded.\n'.repeat(30))
        return [`Banner ${path}`]
      },
    },
  },
  'ssh-banner': {
    what: "the shell's start-up file prints",
    options: {
      config: () => [external()],
      prepare: async ({ account }) => {
        if (account !== null) await appendFile(join(account.home, '.bashrc'), 'echo "Welcome to the NAS of the shop"\n')
      },
    },
    needs: 'root',
    refuses: ['sftp-garbled'],
  },
  'ssh-nologin': {
    what: 'an account whose shell is nologin',
    options: { shell: '/usr/sbin/nologin', config: () => [external()] },
    needs: 'root',
    refuses: ['sftp-garbled', 'session-refused'],
  },
  'ssh-nosftp': {
    what: 'SFTP switched off',
    config: ['Subsystem other /bin/false'],
    refuses: ['sftp-off'],
  },
  'ssh-session-ends': {
    what: 'a file server that ends at once',
    config: [external('/bin/false')],
    refuses: ['session-refused', 'sftp-off'],
  },
  'ssh-badchroot': {
    what: 'a virtual root that sshd refuses: others may write above it',
    options: { config: ({ folder }) => [INTERNAL, `ChrootDirectory ${folder}`], seenAs: '/' },
    needs: 'root',
    refuses: ['session-refused'],
  },
  'ssh-wrongroot': {
    what: 'a virtual root, and the folder named as it is called inside of the NAS',
    options: async () => {
      const on = await makeChroot()
      await mkdir(join(on.path, 'home'))
      const config = (): string[] => [INTERNAL, 'ForceCommand internal-sftp', `ChrootDirectory ${on.path}`]
      return { on, folder: join(on.path, 'designs'), seenAs: '/volume1/designs', config }
    },
    needs: 'root',
    refuses: ['folder-missing'],
  },
  'ssh-password': { what: 'a password', options: { ...byPassword, config: () => [ONLY_PASSWORD] }, needs: 'root' },
  'ssh-kbdint': {
    what: 'a password, asked for by keyboard-interactive alone',
    options: {
      ...byPassword,
      config: () => [ONLY_PASSWORD, 'UsePAM yes', 'PasswordAuthentication no', 'KbdInteractiveAuthentication yes'],
    },
    needs: 'root',
  },
  'ssh-2fa': {
    what: 'key and password',
    options: { signIn: 'both', config: () => ['AuthenticationMethods publickey,password'] },
    needs: 'root',
  },
  'ssh-2fa-kbd': {
    what: 'key and keyboard-interactive',
    options: {
      signIn: 'both',
      config: () => [
        'UsePAM yes',
        'KbdInteractiveAuthentication yes',
        'AuthenticationMethods publickey,keyboard-interactive',
      ],
    },
    needs: 'root',
  },
  'ssh-expired': {
    what: 'an expired password',
    options: {
      ...byPassword,
      config: () => [external(), ONLY_PASSWORD, ...PAM],
      prepare: async ({ account }) => {
        if (account !== null) await expirePassword(account)
      },
    },
    needs: 'root',
    refuses: ['password-expired', 'session-refused'],
  },
  'ssh-expired-kbd': {
    what: 'an expired password, asked for by keyboard-interactive',
    options: {
      ...byPassword,
      config: () => [ONLY_PASSWORD, 'UsePAM yes', 'PasswordAuthentication no', 'KbdInteractiveAuthentication yes'],
      prepare: async ({ account }) => {
        if (account !== null) await expirePassword(account)
      },
    },
    needs: 'root',
    refuses: ['password-expired', 'code-wanted', 'needs-sign-in'],
  },
  'ssh-two-keys': { what: 'RSA, ECDSA and ed25519 host keys', options: { hostKeys: ['rsa', 'ecdsa', 'ed25519'] } },
  'ssh-rsakey': {
    what: 'takes rsa-sha2-512 signatures only, of host and user',
    options: {
      hostKeys: ['rsa'],
      identity: 'rsa',
      config: () => ['PubkeyAcceptedAlgorithms rsa-sha2-512', 'HostKeyAlgorithms rsa-sha2-512'],
    },
  },
  'ssh-ecdsakey': { what: 'an ECDSA key', options: { identity: 'ecdsa' } },
  'ssh-legacy-kex': {
    what: 'diffie-hellman-group14-sha1 alone: Galley offers it once a person allows it',
    config: ['KexAlgorithms diffie-hellman-group14-sha1'],
    refuses: ['old-algorithms-only'],
  },
  'ssh-legacy-hostkey': {
    what: 'ssh-rsa (SHA-1) host key alone',
    options: { hostKeys: ['rsa'], config: () => ['HostKeyAlgorithms ssh-rsa'] },
  },
  'ssh-legacy-cbc': {
    what: 'CBC alone',
    config: ['Ciphers aes128-cbc,3des-cbc'],
    refuses: ['no-common-algorithm'],
  },
  'ssh-ctr128': { what: 'aes128-ctr and aes192-ctr alone', config: ['Ciphers aes128-ctr,aes192-ctr'] },
  'ssh-umac': {
    what: 'UMAC with CTR alone',
    config: ['Ciphers aes256-ctr', 'MACs umac-128-etm@openssh.com'],
    refuses: ['no-common-algorithm'],
    cannot: 'ssh2 has no UMAC',
  },
  'ssh-modern': {
    what: 'the post-quantum key exchange sntrup761 alone',
    config: ['KexAlgorithms sntrup761x25519-sha512@openssh.com'],
    refuses: ['no-common-algorithm'],
    cannot: 'ssh2 has no post-quantum key exchange',
  },
  'ssh-hardened': {
    what: "an auditor's lists of algorithms",
    config: [
      'KexAlgorithms curve25519-sha256,diffie-hellman-group16-sha512,diffie-hellman-group18-sha512',
      'Ciphers chacha20-poly1305@openssh.com,aes256-gcm@openssh.com,aes128-gcm@openssh.com,aes256-ctr',
      'MACs hmac-sha2-512-etm@openssh.com,hmac-sha2-256-etm@openssh.com',
    ],
  },
  'fs-full': {
    what: 'a disk of 24 MB',
    options: async () => {
      const disk = await mountSmallDisk('rw', 24)
      return { on: disk, folder: disk.path }
    },
    needs: 'root',
    fills: { megabytes: 24, codes: ['nas-full'] },
  },
  'fs-quota': {
    what: 'a quota of 40 MB on the share (btrfs)',
    options: async () => {
      const disk = await mountQuota(40)
      return { on: disk, folder: disk.path }
    },
    needs: 'root',
    programs: ['btrfs'],
    fills: { megabytes: 40, codes: ['nas-quota', 'nas-full'] },
  },
  'fs-readonly': {
    what: 'a disk that is mounted read-only',
    options: async () => {
      const disk = await mountReadOnly()
      return { on: disk, folder: disk.path }
    },
    needs: 'root',
    refuses: ['nas-read-only'],
  },
  'fs-worm': {
    what: 'folders that take new names and give none up (chattr +a)',
    options: async () => {
      const disk = await mountExt4()
      const prepare: OpensshOptions['prepare'] = async ({ folder, account }) => {
        const path = join(folder, 'Test shop', 'UVDTF 16oz')
        await mkdir(path, { recursive: true })
        for (const own of [dirname(path), path]) {
          await chmod(own, 0o777)
          if (account !== null) await chown(own, account.uid, account.gid)
        }
        await sealNames(folder)
      }
      return { on: disk, folder: join(disk.path, 'share'), prepare }
    },
    needs: 'root',
    programs: ['chattr'],
    cannot: 'what is there cannot be taken away: temporary files stay, and nothing is replaced',
  },
  'fs-exfat': {
    what: 'an exFAT disk: no links, names that ignore case',
    options: async () => {
      const disk = await mountFuse('exfat')
      return { on: disk, folder: disk.path }
    },
    needs: 'root',
    programs: ['exfat', 'mkexfat'],
  },
  'fs-ntfs': {
    what: 'an NTFS disk whose names ignore case',
    options: async () => {
      const disk = await mountFuse('ntfs')
      return { on: disk, folder: disk.path }
    },
    needs: 'root',
    programs: ['ntfs'],
  },
  'fs-bindfs': {
    what: 'a folder of another place (bindfs)',
    options: async () => {
      const disk = await mountFuse('bindfs')
      return { on: disk, folder: disk.path }
    },
    needs: 'root',
    programs: ['bindfs'],
  },
  'fs-mergerfs': {
    what: 'a pool of disks (mergerfs)',
    options: async () => {
      const disk = await mountFuse('mergerfs')
      return { on: disk, folder: disk.path }
    },
    needs: 'root',
    programs: ['mergerfs'],
  },
  mysecureshell: {
    what: 'MySecureShell behind sshd: a rename replaces what is there',
    options: {
      seenAs: '/',
      config: () => [external(`/usr/bin/mysecureshell -c ${SFTP_SERVER}`)],
      within: async ({ home, folder }) => {
        const file = join(home, 'sftp_config')
        await writeFile(file, mySecureShellConfig(folder))
        // It reads one place only, and counts sessions in shared memory: both are of this server's processes alone.
        const mount = `mount --bind ${file} /etc/ssh/sftp_config && exec "$@"`
        return writeScript(join(home, 'within'), `exec unshare --mount --ipc sh -c '${mount}' sh "$@"`)
      },
    },
    needs: 'root',
    programs: ['mysecureshell'],
  },
  gesftpserver: {
    what: "Green End's SFTP server behind sshd",
    config: [external('/usr/libexec/gesftpserver')],
    programs: ['gesftpserver'],
  },
}

/** OpenSSH's sshd in the set-ups that people have, and other SFTP servers behind it. */
export const OPENSSH_KINDS: readonly ServerKind[] = Object.entries(ROWS).map(([name, row]) => ({
  name,
  what: row.what,
  programs: ['sshd', ...(row.programs ?? [])],
  needs: row.needs ?? 'nothing',
  expected: expectedOf(row),
  ...(row.cannot === undefined ? {} : { cannot: row.cannot }),
  async start() {
    const options = typeof row.options === 'function' ? await row.options() : (row.options ?? {})
    return startOpenssh(row.config === undefined ? options : { config: () => row.config ?? [], ...options })
  },
}))

function expectedOf({ refuses, fills }: Row): Expected {
  if (refuses !== undefined) return { kind: 'refuses', codes: refuses }
  return fills === undefined ? { kind: 'stores' } : { kind: 'fills', ...fills }
}

function mySecureShellConfig(folder: string): string {
  const lines = ['StayAtHome true', 'VirtualChroot true', 'LimitConnectionByUser 40', 'LimitConnectionByIP 40']
  return ['<Default>', ...lines, 'IdleTimeOut 5m', 'HideNoAccess true', `Home ${folder}`, '</Default>', ''].join('\n')
}
