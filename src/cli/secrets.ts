import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { SecretKind } from '../shared/domain/shop.ts'
import { usageError } from './cli-error.ts'
import { askSecret } from './prompt.ts'

/** Files that hold secrets, as given on the command line. */
export interface SecretFiles {
  readonly passwordFile?: string | undefined
  readonly tokenFile?: string | undefined
}

/** Where the engine's questions for secrets are answered: from files, or by a person at the terminal. Galley keeps the
 *  files' paths, never what stands in them. */
export interface Secrets {
  /** From now on the shop's secrets come from these files; remembered for the next command. */
  use(shopId: string, files: SecretFiles): void
  /** The same for this command alone. */
  borrow(shopId: string, files: SecretFiles): void
  get(shopId: string, kind: string): Promise<string | null>
}

export function createSecrets(dataDir: string): Secrets {
  const file = join(dataDir, 'secret-files.json')
  const known = readKnown(file)
  /** Answers of a person; asked once each. */
  const asked = new Map<string, Promise<string | null>>()

  const borrow = (shopId: string, { passwordFile, tokenFile }: SecretFiles): void => {
    const before = known[shopId] ?? {}
    known[shopId] = {
      ...before,
      ...(passwordFile === undefined ? {} : { 'nas-password': resolve(passwordFile) }),
      ...(tokenFile === undefined ? {} : { 'backend-token': resolve(tokenFile) }),
    }
  }

  return {
    borrow,
    use(shopId, files) {
      borrow(shopId, files)
      writeFileSync(file, JSON.stringify(known, null, 2), { mode: 0o600 })
    },
    async get(shopId, kind) {
      const path = known[shopId]?.[kind as SecretKind]
      if (path !== undefined) return readSecretFile(path)
      if (kind !== 'nas-password') return null
      const key = `${shopId} ${kind}`
      const answer = asked.get(key) ?? askSecret('Password for the NAS: ')
      asked.set(key, answer)
      return answer
    },
  }
}

/** The first line of a secret's file, or null when it is gone: the engine then holds the work and says so. */
function readSecretFile(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').split(/\r?\n/)[0] ?? null
  } catch {
    return null
  }
}

/** Ends the command when a file given for a secret cannot be read or is empty. */
export function checkSecretFile(option: string, path: string | undefined): void {
  if (path === undefined) return
  const secret = readSecretFile(path)
  if (secret === null) throw usageError(`${option}: ${path} cannot be read.`)
  if (secret === '') throw usageError(`${option}: the first line of ${path} is empty.`)
}

function readKnown(file: string): Record<string, Partial<Record<SecretKind, string>>> {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return {}
  }
}
