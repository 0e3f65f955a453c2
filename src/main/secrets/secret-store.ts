import { readFile, rename, writeFile } from 'node:fs/promises'
import { z } from 'zod'
import { SECRET_KINDS, type SecretKind } from '../../shared/domain/shop.ts'

/** The system's key store, or what there is of it. */
export interface Vault {
  /** False where secrets would only be scrambled: those are not written anywhere. */
  isSafe(): Promise<boolean>
  encrypt(text: string): Promise<Buffer>
  decrypt(sealed: Buffer): Promise<string>
}

export interface SecretStore {
  get(shopId: string, kind: SecretKind): Promise<string | null>
  /** `persisted` false: kept until Galley quits, and to be asked for again. */
  set(shopId: string, kind: SecretKind, value: string): Promise<{ readonly persisted: boolean }>
  known(shopId: string): Promise<readonly SecretKind[]>
}

const fileSchema = z.record(z.string(), z.base64())

/** Keeps shops' secrets sealed by the vault in `file`; where there is no safe vault, in memory only. */
export function openSecretStore(file: string, vault: Vault): SecretStore {
  const inMemory = new Map<string, string>()
  let writing: Promise<unknown> = Promise.resolve()

  const readSealed = async (): Promise<Record<string, string>> => {
    const text = await readFile(file, 'utf8').catch(() => '{}')
    return fileSchema.catch({}).parse(parseJson(text))
  }
  const addSealed = async (key: string, sealed: Buffer): Promise<void> => {
    const all = { ...(await readSealed()), [key]: sealed.toString('base64') }
    await writeFile(`${file}.new`, JSON.stringify(all), { mode: 0o600 })
    await rename(`${file}.new`, file)
  }
  const get = async (shopId: string, kind: SecretKind): Promise<string | null> => {
    const key = keyOf(shopId, kind)
    const remembered = inMemory.get(key)
    if (remembered !== undefined) return remembered
    const sealed = (await readSealed())[key]
    if (sealed === undefined) return null
    // Sealed under another system account, or the key store was reset: asked for again.
    const value = await vault.decrypt(Buffer.from(sealed, 'base64')).catch(() => null)
    if (value !== null) inMemory.set(key, value)
    return value
  }

  return {
    get,
    async set(shopId, kind, value) {
      const key = keyOf(shopId, kind)
      inMemory.set(key, value)
      // A key store that is locked or refuses is as none: the secret lasts for the session, and that is said.
      const sealed = (await vault.isSafe()) ? await vault.encrypt(value).catch(() => null) : null
      if (sealed === null) return { persisted: false }
      const write = writing.then(() => addSealed(key, sealed))
      writing = write.catch(() => undefined)
      await write
      return { persisted: true }
    },
    async known(shopId) {
      const found = await Promise.all(SECRET_KINDS.map((kind) => get(shopId, kind)))
      return SECRET_KINDS.filter((_, index) => found[index] !== null)
    },
  }
}

const keyOf = (shopId: string, kind: SecretKind): string => `${shopId}/${kind}`

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return {}
  }
}
