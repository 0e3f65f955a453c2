import type { Database } from 'better-sqlite3'
import type { StoredFile } from '../../shared/domain/item.ts'
import { type Fingerprint, type PictureSize, sizeOf } from '../../shared/domain/picture.ts'
import { type Signature, signatureOf } from '../signature.ts'
import { statementsOf } from './statements.ts'

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
  /** Of its record, where that was read from the service. */
  readonly rev?: number
}

/** Where Galley put a design, and its bytes there. */
type PlacedDesign = Pick<StoredFile, 'number' | 'remotePath' | 'sha256'>

interface OutdatedRow extends Omit<NewDesign, 'fingerprint'>, Omit<StoredDesign, 'sha256'> {
  readonly storedSha256: string
}

const COLUMNS = 'id, state, file_name AS fileName'
/** Of its bytes on the NAS. */
export const STORED_SHA256 = 'lower(hex(coalesce(stored_sha256, sha256)))'

/** The shop's library: what stands on the NAS, and what is on its way there. */
export type Designs = ReturnType<typeof createDesigns>

export function createDesigns(database: Database) {
  const { run, row, rows, value, values, count } = statementsOf(database)
  // By position: by name it takes half as long again, and a library has a million of them.
  const insert = run<unknown[]>(
    `INSERT INTO designs (id, shop_id, template_id, state, copy, number, file_name, remote_path, sha256,
       stored_sha256, hashes, luma, chroma, pixels, place, low_variance, algorithm_version, rev)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, unhex(?), unhex(?), ?, ?, ?, unhex(?), ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET state = excluded.state, number = excluded.number, file_name = excluded.file_name,
       remote_path = excluded.remote_path, stored_sha256 = excluded.stored_sha256`,
  )
  const statesOf = rows<[ids: readonly string[]], Pick<DesignRow, 'id' | 'state'>>(
    'SELECT id, state FROM designs WHERE id IN (SELECT value FROM json_each(?))',
  )
  const placeOf = value<[id: string], string>('SELECT place FROM designs WHERE id = ?')
  const takePlace = value<[templateId: string, number: number, remotePath: string, id: string], string>(
    `DELETE FROM designs WHERE template_id = ? AND number = ? AND remote_path = ? AND id <> ? AND state = 'known'
     RETURNING id`,
  )
  const setPath = run<[remotePath: string | null, id: string, remotePath: string | null]>(
    `UPDATE designs SET remote_path = ? WHERE id = ? AND state = 'known' AND remote_path IS NOT ?`,
  )
  const takeOutdated = rows<[templateId: string, sha256: string, algorithmVersion: number], OutdatedRow>(
    `DELETE FROM designs WHERE template_id = ? AND sha256 = unhex(?) AND algorithm_version < ? AND state = 'known'
     RETURNING id, shop_id AS shopId, template_id AS templateId, file_name AS fileName, copy, number,
       remote_path AS remotePath, ${STORED_SHA256} AS storedSha256`,
  )

  /** What a design shows is never updated: the similarity index goes by rowid. A changed picture is another row. */
  const put = (
    { id, shopId, templateId, copy, fileName, fingerprint }: NewDesign,
    state: 'known' | 'pending',
    stored: StoredDesign | null,
  ): void => {
    const { sha256, pixels, lowVariance, algorithmVersion } = fingerprint
    const { hashes, luma, chroma } = signatureOf(fingerprint)
    insert(
      ...[id, shopId, templateId, state, copy, stored?.number ?? null, fileName, stored?.remotePath ?? null, sha256],
      ...[stored === null || stored.sha256 === sha256 ? null : stored.sha256, hashes, luma, chroma],
      ...[pixels?.digest ?? null, pixels?.place ?? null, lowVariance, algorithmVersion, stored?.rev ?? null],
    )
  }

  return {
    /** An item is on its way to the NAS: later twins wait for it. */
    addPending: (design: NewDesign): void => put(design, 'pending', null),
    /** The design stands on the NAS. */
    addKnown: (design: NewDesign, stored: StoredDesign): void => put(design, 'known', stored),
    /** What an older version hashed of a known file is hashed anew. */
    rehash(templateId: string, fingerprint: Fingerprint): void {
      const { sha256, algorithmVersion } = fingerprint
      for (const outdated of takeOutdated(templateId, sha256, algorithmVersion)) {
        put({ ...outdated, fingerprint }, 'known', { ...outdated, sha256: outdated.storedSha256 })
      }
    },
    /** Where its file lies, as this workstation comes there; null when it is not known. */
    setPath: (id: string, remotePath: string | null): void => setPath(remotePath, id, remotePath),
    /** Its file is none of the shop's designs any more. */
    removeKnown: run<[id: string]>(`DELETE FROM designs WHERE id = ? AND state = 'known'`),
    /** The item ended without a stored file. */
    removePending: run<[id: string]>(`DELETE FROM designs WHERE id = ? AND state = 'pending'`),
    /** Designs of the template with the same bytes, known ones first. */
    exact: rows<[templateId: string, sha256: string, except: string], DesignRow>(
      `SELECT ${COLUMNS} FROM designs WHERE template_id = ? AND sha256 = unhex(?) AND id <> ?
       ORDER BY state = 'known' DESC, rowid`,
    ),
    /** Designs of the template with the same pixels within the transparent margin, known ones first. */
    samePixels: rows<[templateId: string, digest: string, except: string], DesignRow & { readonly place: string }>(
      `SELECT ${COLUMNS}, place FROM designs WHERE template_id = ? AND pixels = unhex(?) AND id <> ?
       ORDER BY state = 'known' DESC, rowid`,
    ),
    /** In the same order; without those that were removed. All at once: one by one takes three times as long. */
    byRowid: rows<[rowids: readonly number[]], FoundDesign>(
      `SELECT rowid, ${COLUMNS}, hashes FROM (SELECT value AS wanted FROM json_each(?)) CROSS JOIN designs ON rowid = wanted`,
    ),
    /** What stands on the NAS of a known design; null without a place there that is known here. */
    stored: row<[id: string], PlacedDesign>(
      `SELECT number, remote_path AS remotePath, ${STORED_SHA256} AS sha256
       FROM designs WHERE id = ? AND state = 'known' AND number IS NOT NULL AND remote_path IS NOT NULL`,
    ),
    /** The known design that has the place on the NAS, and was hashed by that version. */
    at: value<[templateId: string, number: number, remotePath: string, algorithmVersion: number], string>(
      `SELECT id FROM designs
       WHERE template_id = ? AND number = ? AND remote_path = ? AND algorithm_version = ? AND state = 'known'`,
    ),
    /** The design with this id has the place on the NAS now: another one that had it is removed. Which one that was. */
    takePlace: (templateId: string, { number, remotePath }: Omit<PlacedDesign, 'sha256'>, id: string): string | null =>
      takePlace(templateId, number, remotePath, id),
    /** The next designs of the template whose hashes mean something, in order of rowid, at most `limit`: for reading all
     *  of them without blocking. */
    signedAfter: rows<[templateId: string, rowid: number, algorithmVersion: number, limit: number], SignedDesign>(
      `SELECT rowid, hashes, luma, chroma FROM designs
       WHERE template_id = ? AND rowid > ? AND algorithm_version = ? AND low_variance = 0 ORDER BY rowid LIMIT ?`,
    ),
    /** The highest rowid ever given; none is given twice. */
    lastRowid: count<[]>(`SELECT seq FROM sqlite_sequence WHERE name = 'designs'`),
    /** The copy ordinal of one more design with these bytes. */
    nextCopy: count<[templateId: string, sha256: string]>(
      'SELECT max(copy) + 1 FROM designs WHERE template_id = ? AND sha256 = unhex(?)',
    ),
    /** Where the template's designs lie on the NAS, as far as it is known. */
    remotePaths: values<[templateId: string], string>(
      `SELECT remote_path FROM designs WHERE template_id = ? AND state = 'known' AND remote_path IS NOT NULL`,
    ),
    /** Those of the paths under which designs of the template lie on the NAS. */
    storedAmong: values<[templateId: string, paths: readonly string[]], string>(
      `SELECT remote_path FROM designs WHERE template_id = ? AND state = 'known'
       AND remote_path IN (SELECT value FROM json_each(?))`,
    ),
    /** Null when it was removed, or never was a design. */
    sha256Of: value<[id: string], string>('SELECT lower(hex(sha256)) FROM designs WHERE id = ?'),
    stateOf: value<[id: string], DesignRow['state']>('SELECT state FROM designs WHERE id = ?'),
    /** Of those of them that are designs. */
    statesOf: (ids: readonly string[]): Map<string, DesignRow['state']> =>
      new Map(statesOf(ids).map(({ id, state }) => [id, state])),
    /** Width and height of its picture; null where an older version did not note them. */
    pixelsOf: (id: string): PictureSize | null => sizeOf(placeOf(id)),
    count: count<[shopId: string]>(`SELECT count(*) FROM designs WHERE shop_id = ? AND state = 'known'`),
  }
}
