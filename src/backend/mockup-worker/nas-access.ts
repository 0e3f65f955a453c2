import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Kysely } from 'kysely'
import { failure } from '../../shared/domain/failure.ts'
import { cleanPart } from '../../shared/domain/remote-name.ts'
import { fail, ok, type Result } from '../../shared/domain/result.ts'
import { DEFAULT_CONNECTIONS } from '../../shared/domain/shop.ts'
import type { NasAccess } from '../../shared/worker/transfer.ts'
import type { Tables } from '../database/tables.ts'
import { readShopNas, type ShopNas } from '../shops/shop-nas.ts'

const OTHERS = 0o077

/** How this machine comes to the NAS of a shop. */
export type AccessOf = (db: Kysely<Tables>, shopId: string) => Promise<Result<NasAccess>>

/** As the service's database and the files of a folder say. */
export function accessByFiles(folder: string): AccessOf {
  return async (db, shopId) => {
    const set = await readShopNas(db, shopId)
    return set === null ? fail(failure('configuration', { says: 'no-nas' })) : signInByFiles(folder, set)
  }
}

/** How this machine signs in at a shop's NAS: by `SHOP.key`, and `SHOP.passphrase` where it is locked, or by `SHOP.password`,
 *  files of the folder that nobody but its user may read. `needs-sign-in` names what is missing. */
function signInByFiles(
  folder: string,
  { shopName, nas, hostKey }: ShopNas & { readonly shopName: string },
): Result<NasAccess> {
  const fileOf = (kind: string): string => join(folder, `${cleanPart(shopName)}.${kind}`)
  const given = ['key', 'passphrase', 'password'].map(fileOf).filter((file) => existsSync(file))
  const open = given.find((file) => process.platform !== 'win32' && (statSync(file).mode & OTHERS) !== 0)
  if (open !== undefined)
    return fail(failure('needs-sign-in', { says: 'at', path: open, what: { says: 'open-to-others' } }))
  const read = (kind: string): string | undefined =>
    given.includes(fileOf(kind)) ? readFileSync(fileOf(kind), 'utf8').replace(/\r?\n$/, '') : undefined
  const access = { hostKey, maxConnections: DEFAULT_CONNECTIONS }
  const passphrase = read('passphrase')
  if (given.includes(fileOf('key'))) {
    const keyed = { ...nas, identityFile: fileOf('key') }
    return ok({ ...access, nas: keyed, ...(passphrase === undefined ? {} : { passphrase }) })
  }
  const password = read('password')
  if (password !== undefined) return ok({ ...access, nas, password })
  return fail(failure('needs-sign-in', { says: 'at', path: fileOf('password'), what: { says: 'file-missing' } }))
}
