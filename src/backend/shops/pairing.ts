import { createHmac, randomInt, scrypt, timingSafeEqual } from 'node:crypto'
import { type Kysely, sql } from 'kysely'
import {
  CODE_ALPHABET,
  CODE_KEY,
  CODE_LENGTH,
  type PairRequest,
  type PairResponse,
  pairingText,
  showCode,
} from '../../shared/api/pairing.ts'
import type { Tables } from '../database/tables.ts'
import { insertToken } from './shops.ts'

const VALID_MINUTES = 10
/** A wrong code is nobody's in particular: it counts against each that is open. */
const MAX_WRONG = 5

export interface NewPairing {
  /** Shown once; what is kept of it is of no use after its time. */
  readonly code: string
  readonly validMinutes: number
}

/** Makes a code by which one workstation gets a token of the shop. Null when there is no shop of that name. */
export async function openPairing(db: Kysely<Tables>, shopName: string): Promise<NewPairing | null> {
  const code = Array.from({ length: CODE_LENGTH }, () => CODE_ALPHABET[randomInt(CODE_ALPHABET.length)]).join('')
  const key = await keyOf(code)
  const opened = await sql`
    insert into pairings (shop_id, code_key, expires_at)
    select id, ${key}, now() + make_interval(mins => ${VALID_MINUTES}) from shops where name = ${shopName}
    returning id`.execute(db)
  return opened.rows.length === 0 ? null : { code: showCode(code), validMinutes: VALID_MINUTES }
}

/** A token for who proves to know an open code, which then is open no more; null for anybody else, who uses up a try.
 *  `lines`: what the workstation may take this service's end of the line for. */
export async function pairDevice(
  db: Kysely<Tables>,
  { device, nonce, proof }: PairRequest,
  lines: readonly string[],
): Promise<PairResponse | null> {
  return db.transaction().execute(async (tx) => {
    await sql`delete from pairings where expires_at < now()`.execute(tx)
    const open = await tx
      .selectFrom('pairings')
      .innerJoin('shops', 'shops.id', 'pairings.shop_id')
      .select(['pairings.id', 'pairings.code_key', 'shops.id as shopId', 'shops.name'])
      .forUpdate('pairings')
      .execute()
    for (const { id, code_key, shopId, name } of open) {
      const key = Buffer.from(code_key, 'hex')
      const line = lines.find((one) => isProof(proof, key, pairingText('workstation', one, nonce, device)))
      if (line === undefined) continue
      await tx.deleteFrom('pairings').where('id', '=', id).execute()
      const { token } = await insertToken(tx, shopId, device)
      return { shop: name, token, proof: prove(key, pairingText('service', line, nonce, token)) }
    }
    await tx.updateTable('pairings').set({ wrong: sql<number>`wrong + 1` }).execute()
    await tx.deleteFrom('pairings').where('wrong', '>=', MAX_WRONG).execute()
    return null
  })
}

function isProof(given: string, key: Buffer, text: string): boolean {
  return timingSafeEqual(Buffer.from(given, 'hex'), Buffer.from(prove(key, text), 'hex'))
}

function prove(key: Buffer, text: string): string {
  return createHmac('sha256', key).update(text).digest('hex')
}

/** What is kept of a code, in hexadecimal. */
function keyOf(code: string): Promise<string> {
  const { salt, sizeBytes, cost } = CODE_KEY
  return new Promise((resolve, reject) => {
    scrypt(code, salt, sizeBytes, { cost }, (error, key) =>
      error === null ? resolve(key.toString('hex')) : reject(error),
    )
  })
}
