import type { Database } from 'better-sqlite3'
import { failure } from '../../../shared/domain/failure.ts'
import { fail, ok, type Result } from '../../../shared/domain/result.ts'
import { initial } from './0001-initial.ts'
import { resumePoint } from './0002-resume-point.ts'
import { sweptAttempts } from './0003-swept-attempts.ts'
import { closedParts } from './0004-closed-parts.ts'
import { priority } from './0005-priority.ts'
import { foundFiles } from './0006-found-files.ts'
import { designRowids } from './0007-design-rowids.ts'
import { preparation } from './0008-preparation.ts'
import { designPixels } from './0009-design-pixels.ts'
import { importedFiles } from './0010-imported-files.ts'
import { decisions } from './0011-decisions.ts'
import { designColours } from './0012-design-colours.ts'
import { designNumbers } from './0013-design-numbers.ts'
import { importedVersions } from './0014-imported-versions.ts'
import { nasFacts } from './0015-nas-facts.ts'
import { replacedDesigns } from './0016-replaced-designs.ts'
import { holdReasons } from './0017-hold-reasons.ts'
import { intentDigest } from './0018-intent-digest.ts'
import { failuresSeen } from './0019-failures-seen.ts'
import { keptParts } from './0020-kept-parts.ts'
import { backendFingerprint } from './0021-backend-fingerprint.ts'
import { keptRecords } from './0022-kept-records.ts'
import { places } from './0023-places.ts'
import { reservedNumbers } from './0024-reserved-numbers.ts'
import { readTemplates } from './0025-read-templates.ts'
import { dueThumbnails } from './0026-due-thumbnails.ts'
import { sharedTemplates } from './0027-shared-templates.ts'
import { heldNumbers } from './0028-held-numbers.ts'
import { twins } from './0029-twins.ts'
import { sharedImports } from './0030-shared-imports.ts'
import { rechecks } from './0031-rechecks.ts'
import { linksOut } from './0033-links-out.ts'

/** In order; the catalog's version is how many of them it has had. */
const MIGRATIONS: readonly string[] = [
  initial,
  resumePoint,
  sweptAttempts,
  closedParts,
  priority,
  foundFiles,
  designRowids,
  preparation,
  designPixels,
  importedFiles,
  decisions,
  designColours,
  designNumbers,
  importedVersions,
  nasFacts,
  replacedDesigns,
  holdReasons,
  intentDigest,
  failuresSeen,
  keptParts,
  backendFingerprint,
  keptRecords,
  places,
  reservedNumbers,
  readTemplates,
  dueThumbnails,
  sharedTemplates,
  twins,
  sharedImports,
  heldNumbers,
  linksOut,
  rechecks,
]

/** The catalog's version, read without touching it; `catalog-newer`, or `catalog-damaged` when its tables say otherwise. */
export function checkVersion(database: Database): Result<number> {
  const version = Number(database.pragma('user_version', { simple: true }))
  if (version > MIGRATIONS.length) {
    return fail(failure('catalog-newer', { says: 'newer-version', version, known: MIGRATIONS.length }))
  }
  const tables = Number(database.prepare('SELECT count(*) FROM sqlite_schema').pluck().get())
  const isOne = version === 0 ? tables === 0 : version > 0 && tables > 0
  return isOne ? ok(version) : fail(failure('catalog-damaged', { says: 'odd-tables', version, tables }))
}

/** Brings the catalog to this program's version, each migration in one transaction with its version. */
export function migrate(database: Database): void {
  const version = Number(database.pragma('user_version', { simple: true }))
  for (const [index, sql] of MIGRATIONS.entries()) {
    if (index < version) continue
    database
      .transaction(() => {
        database.exec(sql)
        database.pragma(`user_version = ${index + 1}`)
      })
      .immediate()
  }
}
