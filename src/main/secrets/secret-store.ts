import { readFile, rename, writeFile } from 'node:fs/promises'
import { z } from 'zod'
import { ok, type Result } from '../../shared/domain/result.ts'
import { SECRET_KINDS, type SecretKind, type TypedSecrets } from '../../shared/domain/shop.ts'

/** The system's key store, or what there is of it. */
export interface Vault {
  /** False where secrets would only be scrambled: those are not written anywhere. */
  isSafe(): Promise<boolean>
  encrypt(text: string): Promise<Buffer>
  decrypt(sealed: Buffer): Promise<string>
}

export interface SecretStore {
  get(shopId: string, kind: SecretKind): Promise<string | null>
  /** Lets the secrets be used while `save` runs, and keeps them when that went well; after a refusal those before hold.
   *  `persisted` false: kept until Galley quits, and to be asked for again. */
  keepWith<T>(
    shopId: string,
    secrets: TypedSecrets,
    save: () => Promise<Result<T>>,
  ): Promise<Result<{ readonly persisted: boolean }>>
  known(shopId: string): Promise<readonly SecretKind[]>
}

const fileSchema = z.record(z.string(), z.base64())

/** Keeps shops' secrets sealed by the vault in `file`; where there is no safe vault, in memory only. */
export function openSecretStore(file: string, vault: Vault): SecretStore {
  const inMemory = new Map<string, string>()
  /** While what they belong to is saved. */
  const tried = new Map<string, string>()
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
    const remembered = tried.get(key) ?? inMemory.get(key)
    if (remembered !== undefined) return remembered
    const sealed = (await readSealed())[key]
    if (sealed === undefined) return null
    // Sealed under another system account, or the key store was reset: asked for again.
    const value = await vault.decrypt(Buffer.from(sealed, 'base64')).catch(() => null)
    if (value !== null) inMemory.set(key, value)
    return value
  }

  const set = async (key: string, value: string): Promise<boolean> => {
    inMemory.set(key, value)
    // A key store that is locked or refuses is as none: the secret lasts for the session, and that is said.
    const sealed = (await vault.isSafe()) ? await vault.encrypt(value).catch(() => null) : null
    if (sealed === null) return false
    const write = writing.then(() => addSealed(key, sealed))
    writing = write.catch(() => undefined)
    await write
    return true
  }

  return {
    get,
    async keepWith(shopId, secrets, save) {
      const given = SECRET_KINDS.flatMap((kind) => {
        const value = secrets[kind]
        return value === undefined ? [] : [{ key: keyOf(shopId, kind), value }]
      })
      for (const { key, value } of given) tried.set(key, value)
      const saved = await save().finally(() => {
        for (const { key } of given) tried.delete(key)
      })
      if (!saved.ok) return saved
      const kept = await Promise.all(given.map(({ key, value }) => set(key, value)))
      return ok({ persisted: kept.every((isPersisted) => isPersisted) })
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
