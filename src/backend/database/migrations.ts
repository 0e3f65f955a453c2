import { type Kysely, sql } from 'kysely'
import { failure } from '../../shared/domain/failure.ts'
import { fail, ok, type Result } from '../../shared/domain/result.ts'
import type { Tables } from './tables.ts'

/** Append-only: what has run at a shop is never edited. The version is the number of those that ran. */
const MIGRATIONS: readonly (readonly string[])[] = [
  [
    `create table shops (
      id uuid primary key default gen_random_uuid(),
      name text not null unique,
      rev bigint not null default 0,
      created_at timestamptz not null default now()
    )`,
    `create table tokens (
      id uuid primary key default gen_random_uuid(),
      shop_id uuid not null references shops,
      device text not null,
      token_hash text not null unique,
      created_at timestamptz not null default now(),
      revoked_at timestamptz
    )`,
    `create table designs (
      shop_id uuid not null references shops,
      id uuid not null,
      rev bigint not null,
      record jsonb not null,
      remote_path text not null generated always as (record ->> 'remotePath') stored,
      created_at timestamptz not null default now(),
      primary key (shop_id, id),
      unique (shop_id, rev),
      unique (shop_id, remote_path)
    )`,
    `create table answers (
      shop_id uuid not null references shops,
      idempotency_key text not null,
      body_hash text not null,
      response jsonb not null,
      created_at timestamptz not null default now(),
      primary key (shop_id, idempotency_key)
    )`,
    `create index answers_by_age on answers (shop_id, created_at)`,
  ],
  [
    `create table decisions (
      shop_id uuid not null references shops,
      sha256 text not null generated always as (record ->> 'sha256') stored,
      against_sha256 text not null generated always as (record ->> 'againstSha256') stored,
      rev bigint not null,
      record jsonb not null,
      primary key (shop_id, sha256, against_sha256),
      unique (shop_id, rev)
    )`,
  ],
  [
    `create table replaced_designs (
      shop_id uuid not null references shops,
      id uuid not null,
      record jsonb not null,
      created_at timestamptz not null default now(),
      primary key (shop_id, id)
    )`,
    `create table gone_designs (
      shop_id uuid not null references shops,
      id uuid not null,
      rev bigint not null,
      primary key (shop_id, id),
      unique (shop_id, rev)
    )`,
  ],
  [
    `create table claims (
      shop_id uuid not null references shops,
      template text not null,
      sha256 text not null,
      copy int not null,
      id uuid not null,
      device text not null,
      since timestamptz not null default now(),
      expires_at timestamptz not null,
      primary key (shop_id, sha256, template, copy)
    )`,
    `create index claims_by_id on claims (shop_id, id)`,
    `create index claims_by_end on claims (shop_id, expires_at)`,
    `create index designs_by_sha256 on designs (shop_id, (record #>> '{fingerprint,sha256}'))`,
  ],
  [
    `alter table tokens add column last_seen_at timestamptz`,
    `create table pairings (
      id uuid primary key default gen_random_uuid(),
      shop_id uuid not null references shops,
      code_key text not null,
      wrong int not null default 0,
      expires_at timestamptz not null
    )`,
  ],
  [
    // Up to which rev each taking of revs went, and its random tag.
    `create table history (
      shop_id uuid not null references shops,
      rev bigint not null,
      tag uuid not null,
      primary key (shop_id, rev)
    )`,
    `insert into history select id, rev, gen_random_uuid() from shops where rev > 0`,
    `alter table designs add column resent boolean not null default false`,
    `alter table replaced_designs
      add column remote_path text not null generated always as (record ->> 'remotePath') stored`,
    `create index replaced_designs_path on replaced_designs (shop_id, remote_path)`,
    `alter table gone_designs add column uploaded_at text, add column replaced uuid`,
  ],
  [
    `create table places (
      shop_id uuid not null references shops,
      id uuid not null,
      name text not null,
      created_at timestamptz not null default now(),
      primary key (shop_id, id)
    )`,
    `create table place_roots (
      shop_id uuid not null references shops,
      device text not null,
      root text not null,
      place_id uuid not null,
      host_key text not null,
      primary key (shop_id, device, root)
    )`,
    // With its column goes that a path stands once; where a file stands is by now known better.
    ...['designs', 'replaced_designs'].flatMap((table) => [
      `alter table ${table} drop column remote_path`,
      `alter table ${table} add column spot text not null generated always as
        (coalesce((record ->> 'placeId') || '/' || (record ->> 'path'), record ->> 'remotePath')) stored`,
      `create index ${table}_unplaced on ${table} (shop_id, id) where record ->> 'placeId' is null`,
    ]),
    `alter table designs add column device text, add unique (shop_id, spot)`,
    `create index replaced_designs_spot on replaced_designs (shop_id, spot)`,
  ],
  [
    `create table blobs (
      shop_id uuid not null references shops,
      sha256 text not null,
      data bytea not null,
      created_at timestamptz not null default now(),
      primary key (shop_id, sha256)
    )`,
  ],
  [
    `create table templates (
      shop_id uuid not null references shops,
      id uuid not null,
      revision int not null,
      content jsonb not null,
      primary key (shop_id, id)
    )`,
  ],
  [
    `create table mockups (
      shop_id uuid not null references shops,
      id uuid not null,
      revision int not null,
      content jsonb not null,
      primary key (shop_id, id)
    )`,
  ],
  // Which pictures records tell of.
  ['designs', 'replaced_designs'].map(
    (table) => `create index ${table}_thumbnail on ${table} (shop_id, (record ->> 'thumbnail'))`,
  ),
  [
    `create table number_pools (
      shop_id uuid not null references shops,
      template text not null,
      gone int8multirange not null,
      primary key (shop_id, template)
    )`,
    `create table number_leases (
      shop_id uuid not null references shops,
      template text not null,
      holder uuid not null,
      turn int not null,
      numbers int8multirange not null,
      expires_at timestamptz not null,
      primary key (shop_id, template, holder)
    )`,
    `create index designs_by_number on designs (shop_id, (record ->> 'template'), ((record ->> 'number')::bigint))`,
  ],
  [
    `create table mockup_jobs (
      shop_id uuid not null references shops,
      id uuid not null,
      design_id uuid not null,
      queued_id uuid not null unique,
      priority text not null,
      outcome text,
      failure jsonb,
      asked_at timestamptz not null default now(),
      took_ms int,
      primary key (shop_id, id, design_id)
    )`,
    `create index mockup_jobs_design on mockup_jobs (shop_id, design_id)`,
    `create table mockup_files (
      shop_id uuid not null references shops,
      design_id uuid not null,
      mockup_id uuid not null,
      revision int not null,
      stored_sha256 text not null,
      file_name text not null,
      sha256 text not null,
      made_at timestamptz not null default now(),
      primary key (shop_id, design_id, mockup_id)
    )`,
  ],
  [
    `create index mockup_files_name on mockup_files (shop_id, mockup_id, file_name)`,
    `create table mockup_tries (
      shop_id uuid not null references shops,
      design_id uuid not null,
      tries int not null,
      primary key (shop_id, design_id)
    )`,
    `create table shop_nas (
      shop_id uuid primary key references shops,
      nas jsonb not null,
      host_key text not null
    )`,
  ],
]

/** Any number will do; it keeps two services that start at once from migrating at once. */
const MIGRATION_LOCK = 5_140_021

/** Brings the database to this program's version, each migration in one transaction with its number. A database that a
 *  newer program made is refused and not touched. */
export async function migrate(db: Kysely<Tables>): Promise<Result<void>> {
  for (;;) {
    const step = await db.transaction().execute(async (tx) => {
      await sql`select pg_advisory_xact_lock(${MIGRATION_LOCK})`.execute(tx)
      await sql`create table if not exists schema_version (version int not null)`.execute(tx)
      const { rows } = await sql<{ version: number }>`select version from schema_version`.execute(tx)
      const version = rows[0]?.version ?? 0
      const statements = MIGRATIONS[version]
      if (statements === undefined) return { version, done: true }
      for (const statement of statements) await sql.raw(statement).execute(tx)
      await sql`delete from schema_version`.execute(tx)
      await sql`insert into schema_version values (${version + 1})`.execute(tx)
      return { version: version + 1, done: false }
    })
    if (step.version > MIGRATIONS.length) {
      const { version } = step
      return fail(failure('catalog-newer', { says: 'newer-version', version, known: MIGRATIONS.length }))
    }
    if (step.done) return ok(undefined)
  }
}

/** Is the database of this program's version? */
export async function isCurrent(db: Kysely<Tables>): Promise<boolean> {
  const { rows } = await sql<{ version: number }>`select version from schema_version`.execute(db)
  return rows[0]?.version === MIGRATIONS.length
}
