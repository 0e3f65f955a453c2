import { closeSync, openSync, readFileSync, readSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { homePath } from '../engine/home-path.ts'
import { decodeText } from '../shared/decode-text.ts'
import { SECRET_KINDS, type SecretKind } from '../shared/domain/shop.ts'
import { usageError } from './cli-error.ts'
import { printable } from './printable.ts'

/** Files that hold secrets, as given on the command line. */
export interface SecretFiles {
  readonly passwordFile?: string | undefined
  readonly passphraseFile?: string | undefined
  readonly tokenFile?: string | undefined
}

/** Where the engine's questions for secrets are answered: from files, or by what a person typed for this command. Galley
 *  keeps the files' paths, never what stands in them. */
export interface Secrets {
  /** From now on the shop's secrets come from these files; remembered for the next command. Those that were remembered
   *  and cannot be read any more are named. */
  use(shopId: string, files: SecretFiles): void
  /** The same for this command alone. */
  borrow(shopId: string, files: SecretFiles): void
  /** What was typed, for this command. */
  give(shopId: string, kind: SecretKind, secret: string): void
  get(shopId: string, kind: string): string | null
}

type KnownFiles = Partial<Record<SecretKind, string>>

const OPTIONS = {
  'nas-password': '--password-file',
  'nas-passphrase': '--passphrase-file',
  'backend-token': '--token-file',
} as const satisfies Record<SecretKind, string>

export function createSecrets(dataDir: string): Secrets {
  const file = join(dataDir, 'secret-files.json')
  const known = readKnown(file)
  const typed = new Map<string, string>()

  const borrow = (shopId: string, files: SecretFiles): void => {
    const all = { ...known.get(shopId), ...filesOf(files) }
    known.set(shopId, all)
    for (const kind of SECRET_KINDS) {
      const trouble = all[kind] === undefined ? null : troubleWith(all[kind])
      if (trouble !== null) console.error(printable(`${OPTIONS[kind]}: ${trouble}`))
    }
  }

  return {
    borrow,
    use(shopId, files) {
      borrow(shopId, files)
      if (Object.keys(filesOf(files)).length === 0) return
      writeFileSync(file, JSON.stringify(Object.fromEntries(known), null, 2), { mode: 0o600 })
    },
    give: (shopId, kind, secret) => void typed.set(`${shopId} ${kind}`, secret),
    get(shopId, kind) {
      const path = known.get(shopId)?.[kind as SecretKind]
      return typed.get(`${shopId} ${kind}`) ?? (path === undefined ? null : readSecretFile(path))
    },
  }
}

function filesOf({ passwordFile, passphraseFile, tokenFile }: SecretFiles): KnownFiles {
  return {
    ...(passwordFile === undefined ? {} : { 'nas-password': resolve(homePath(passwordFile)) }),
    ...(passphraseFile === undefined ? {} : { 'nas-passphrase': resolve(homePath(passphraseFile)) }),
    ...(tokenFile === undefined ? {} : { 'backend-token': resolve(homePath(tokenFile)) }),
  }
}

/** No secret is longer; a device never ends. */
const MAX_SECRET_BYTES = 64 * 1024

/** The first line of a secret's file; null when it cannot be read, or is no text: the engine then holds the work and
 *  says so. */
function readSecretFile(path: string): string | null {
  try {
    const bytes = Buffer.alloc(MAX_SECRET_BYTES)
    const descriptor = openSync(path, 'r')
    try {
      let filled = 0
      for (let read = -1; read !== 0 && filled < bytes.length; filled += read) {
        read = readSync(descriptor, bytes, filled, bytes.length - filled, null)
      }
      return decodeText(bytes.subarray(0, filled)).split(/\r?\n/)[0] ?? null
    } finally {
      closeSync(descriptor)
    }
  } catch {
    return null
  }
}

function troubleWith(path: string): string | null {
  const secret = readSecretFile(path)
  if (secret === null) return `${path} cannot be read.`
  return secret === '' ? `the first line of ${path} is empty.` : null
}

/** Ends the command when a file given for a secret cannot be read or is empty. */
export function checkSecretFiles(files: SecretFiles): void {
  const given = filesOf(files)
  for (const kind of SECRET_KINDS) {
    const trouble = given[kind] === undefined ? null : troubleWith(given[kind])
    if (trouble !== null) throw usageError(`${OPTIONS[kind]}: ${trouble}`)
  }
}

/** What is no such file counts as none: its paths can be given again. */
function readKnown(file: string): Map<string, KnownFiles> {
  return new Map(entriesOf(parsed(file)).map(([shopId, files]) => [shopId, pathsOf(files)]))
}

function pathsOf(files: unknown): KnownFiles {
  const paths = new Map(entriesOf(files))
  return Object.fromEntries(
    SECRET_KINDS.flatMap((kind) => {
      const path = paths.get(kind)
      return typeof path === 'string' ? [[kind, path]] : []
    }),
  )
}

function entriesOf(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : []
}

function parsed(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return null
  }
}
