import type { Database } from 'better-sqlite3'
import type { StoredFile } from '../../shared/domain/item.ts'
import type { Fingerprint } from '../../shared/domain/picture.ts'
import { type Signature, signatureOf } from '../signature.ts'

/** A design as matching sees it. */
export interface DesignRow {
  readonly id: string
  readonly state: 'known' | 'pending'
  readonly fileName: string
}

export interface SignedDesign extends Signature {
  readonly rowid: number
}

/** A design that was found by its rowid. */
export interface FoundDesign extends DesignRow, Pick<SignedDesign, 'rowid' | 'hashes'> {}

export interface NewDesign {
  readonly id: string
  readonly shopId: string
  readonly templateId: string
  readonly fileName: string
  readonly copy: number
  readonly fingerprint: Fingerprint
}

/** What of a design stands on the NAS; prepared, its bytes are others than those that were dropped. */
export interface StoredDesign {
  /** Null when it has none, as a design from before Galley may. */
  readonly number: number | null
  /** Null when it is not known where. */
  readonly remotePath: string | null
  readonly sha256: string
}

/** Where Galley put a design, and its bytes there. */
type PlacedDesign = Pick<StoredFile, 'number' | 'remotePath' | 'sha256'>

interface OutdatedRow extends Omit<NewDesign, 'fingerprint'>, Omit<StoredDesign, 'sha256'> {
  readonly storedSha256: string
}

const COLUMNS = 'id, state, file_name AS fileName'

/** The shop's library: what stands on the NAS, and what is on its way there. */
export type Designs = ReturnType<typeof createDesigns>

export function createDesigns(database: Database) {
  const insert = database.prepare(
    `INSERT INTO designs (id, shop_id, template_id, state, copy, number, file_name, remote_path, sha256,
       stored_sha256, hashes, luma, chroma, pixels, place, low_variance, algorithm_version)
     VALUES (@id, @shopId, @templateId, @state, @copy, @number, @fileName, @remotePath, @sha256,
       @storedSha256, @hashes, @luma, @chroma, @pixels, @place, @lowVariance, @algorithmVersion)
     ON CONFLICT (id) DO UPDATE SET state = @state, number = @number, file_name = @fileName, remote_path = @remotePath,
       stored_sha256 = @storedSha256`,
  )
  const exact = database.prepare<[string, Buffer, string], DesignRow>(
    `SELECT ${COLUMNS} FROM designs WHERE template_id = ? AND sha256 = ? AND id <> ? ORDER BY state = 'known' DESC, rowid`,
  )
  const samePixels = database.prepare<[string, Buffer, string], DesignRow & { place: string }>(
    `SELECT ${COLUMNS}, place FROM designs WHERE template_id = ? AND pixels = ? AND id <> ?
     ORDER BY state = 'known' DESC, rowid`,
  )
  const byRowid = database.prepare<[string], FoundDesign>(
    `SELECT rowid, ${COLUMNS}, hashes FROM (SELECT value AS wanted FROM json_each(?)) CROSS JOIN designs ON rowid = wanted`,
  )
  const signedAfter = database.prepare<[string, number, number, number], SignedDesign>(
    `SELECT rowid, hashes, luma, chroma FROM designs
     WHERE template_id = ? AND rowid > ? AND algorithm_version = ? AND low_variance = 0 ORDER BY rowid LIMIT ?`,
  )
  const lastRowid = database.prepare<[], number>(`SELECT seq FROM sqlite_sequence WHERE name = 'designs'`).pluck()
  const nextCopy = database
    .prepare<[string, Buffer], number>(
      'SELECT coalesce(max(copy) + 1, 0) FROM designs WHERE template_id = ? AND sha256 = ?',
    )
    .pluck()
  const stateOf = database.prepare<[string], DesignRow['state']>('SELECT state FROM designs WHERE id = ?').pluck()
  const sha256Of = database.prepare<[string], string>('SELECT lower(hex(sha256)) FROM designs WHERE id = ?').pluck()
  const placeOf = database.prepare<[string], string | null>('SELECT place FROM designs WHERE id = ?').pluck()
  const remotePaths = database
    .prepare<[string], string>(
      `SELECT remote_path FROM designs WHERE template_id = ? AND state = 'known' AND remote_path IS NOT NULL`,
    )
    .pluck()
  const storedAmong = database
    .prepare<[string, string], string>(
      `SELECT remote_path FROM designs WHERE template_id = ? AND state = 'known'
       AND remote_path IN (SELECT value FROM json_each(?))`,
    )
    .pluck()
  const stored = database.prepare<[string], PlacedDesign>(
    `SELECT number, remote_path AS remotePath, lower(hex(coalesce(stored_sha256, sha256))) AS sha256
     FROM designs WHERE id = ? AND state = 'known' AND number IS NOT NULL AND remote_path IS NOT NULL`,
  )
  const takePlace = database
    .prepare<[string, number, string, string], string>(
      `DELETE FROM designs WHERE template_id = ? AND number = ? AND remote_path = ? AND id <> ? AND state = 'known'
       RETURNING id`,
    )
    .pluck()
  const takeOutdated = database.prepare<[string, Buffer, number], OutdatedRow>(
    `DELETE FROM designs WHERE template_id = ? AND sha256 = ? AND algorithm_version < ? AND state = 'known'
     RETURNING id, shop_id AS shopId, template_id AS templateId, file_name AS fileName, copy, number,
       remote_path AS remotePath, lower(hex(coalesce(stored_sha256, sha256))) AS storedSha256`,
  )
  const removeKnown = database.prepare(`DELETE FROM designs WHERE id = ? AND state = 'known'`)
  const removePending = database.prepare(`DELETE FROM designs WHERE id = ? AND state = 'pending'`)
  const count = database
    .prepare<[string], number>(`SELECT count(*) FROM designs WHERE shop_id = ? AND state = 'known'`)
    .pluck()

  /** What a design shows is never updated: the similarity index goes by rowid. A changed picture is another row. */
  const put = (design: NewDesign, state: 'known' | 'pending', stored: StoredDesign | null): void => {
    const { sha256, pixels, lowVariance, algorithmVersion } = design.fingerprint
    insert.run({
      ...design,
      state,
      number: stored?.number ?? null,
      remotePath: stored?.remotePath ?? null,
      sha256: Buffer.from(sha256, 'hex'),
      storedSha256: stored === null || stored.sha256 === sha256 ? null : Buffer.from(stored.sha256, 'hex'),
      ...signatureOf(design.fingerprint),
      pixels: pixels === null ? null : Buffer.from(pixels.digest, 'hex'),
      place: pixels?.place ?? null,
      lowVariance: lowVariance ? 1 : 0,
      algorithmVersion,
    })
  }

  return {
    /** An item is on its way to the NAS: later twins wait for it. */
    addPending: (design: NewDesign): void => put(design, 'pending', null),
    /** The design stands on the NAS. */
    addKnown: (design: NewDesign, stored: StoredDesign): void => put(design, 'known', stored),
    /** What an older version hashed of a known file is hashed anew. */
    rehash(templateId: string, fingerprint: Fingerprint): void {
      const { sha256, algorithmVersion } = fingerprint
      for (const outdated of takeOutdated.all(templateId, Buffer.from(sha256, 'hex'), algorithmVersion)) {
        put({ ...outdated, fingerprint }, 'known', { ...outdated, sha256: outdated.storedSha256 })
      }
    },
    /** Its file is none of the shop's designs any more. */
    removeKnown: (id: string): void => void removeKnown.run(id),
    /** The item ended without a stored file. */
    removePending: (id: string): void => void removePending.run(id),
    /** Designs of the template with the same bytes, known ones first. */
    exact: (templateId: string, sha256: string, except: string): DesignRow[] =>
      exact.all(templateId, Buffer.from(sha256, 'hex'), except),
    /** Designs of the template with the same pixels within the transparent margin, known ones first. */
    samePixels: (templateId: string, digest: string, except: string): (DesignRow & { readonly place: string })[] =>
      samePixels.all(templateId, Buffer.from(digest, 'hex'), except),
    /** In the same order; without those that were removed. All at once: one by one takes three times as long. */
    byRowid: (rowids: readonly number[]): FoundDesign[] => byRowid.all(JSON.stringify(rowids)),
    /** What stands on the NAS of a known design; null without a place there that is known here. */
    stored: (id: string): PlacedDesign | null => stored.get(id) ?? null,
    /** The design with this id has the place on the NAS now: another one that had it is removed. Which one that was. */
    takePlace: (
      templateId: string,
      { number, remotePath }: Pick<PlacedDesign, 'number' | 'remotePath'>,
      id: string,
    ): string | null => takePlace.get(templateId, number, remotePath, id) ?? null,
    /** The next designs of the template whose hashes mean something, in order of rowid, at most `limit`: for reading all
     *  of them without blocking. */
    signedAfter: (templateId: string, rowid: number, algorithmVersion: number, limit: number): SignedDesign[] =>
      signedAfter.all(templateId, rowid, algorithmVersion, limit),
    /** The highest rowid ever given; none is given twice. */
    lastRowid: (): number => lastRowid.get() ?? 0,
    /** The copy ordinal of one more design with these bytes. */
    nextCopy: (templateId: string, sha256: string): number => nextCopy.get(templateId, Buffer.from(sha256, 'hex')) ?? 0,
    /** Where the template's designs lie on the NAS, as far as it is known. */
    remotePaths: (templateId: string): string[] => remotePaths.all(templateId),
    /** Those of the paths under which designs of the template lie on the NAS. */
    storedAmong: (templateId: string, paths: readonly string[]): string[] =>
      storedAmong.all(templateId, JSON.stringify(paths)),
    /** Null when it was removed, or never was a design. */
    sha256Of: (id: string): string | null => sha256Of.get(id) ?? null,
    stateOf: (id: string): DesignRow['state'] | null => stateOf.get(id) ?? null,
    /** Width and height of its picture; null where an older version did not note them. */
    pixelsOf(id: string): { width: number; height: number } | null {
      const size = /(\d+)x(\d+)$/.exec(placeOf.get(id) ?? '')
      return size === null ? null : { width: Number(size[1]), height: Number(size[2]) }
    },
    count: (shopId: string): number => count.get(shopId) ?? 0,
  }
}
