import type { ColumnType, Generated, JSONColumnType } from 'kysely'
import type { DecisionRecord } from '../../shared/api/decisions.ts'
import type { JobFailure, JobPriority } from '../../shared/api/mockup-jobs.ts'
import type { MockupContent } from '../../shared/api/mockups.ts'
import type { BatchResponse, DesignRecord } from '../../shared/api/records.ts'
import type { TemplateContent } from '../../shared/api/templates.ts'
import type { Nas } from '../../shared/domain/shop.ts'

/** 64-bit integers come back as text on PostgreSQL and as numbers on PGlite: read them with `Number()`. */
type Int8 = ColumnType<string | number, number, number>
/** Made by the database's own clock. */
type Stamp = ColumnType<Date, never, Date>

export interface Tables {
  shops: {
    id: Generated<string>
    name: string
    /** Rises with each design and decision that is stored; the cursor of the feeds. */
    rev: Int8
    created_at: Stamp
  }
  tokens: {
    id: Generated<string>
    shop_id: string
    /** Which workstation it was given to. */
    device: string
    token_hash: string
    created_at: Stamp
    /** To the minute. */
    last_seen_at: ColumnType<Date | null, never, Date>
    revoked_at: ColumnType<Date | null, never, Date>
  }
  /** Codes that are open, by which a workstation gets its token. */
  pairings: {
    id: Generated<string>
    shop_id: string
    /** The key that the code stands for. */
    code_key: string
    wrong: Generated<number>
    expires_at: Stamp
  }
  designs: {
    shop_id: string
    id: string
    rev: Int8
    record: JSONColumnType<DesignRecord>
    /** `spotOf` the record. */
    spot: ColumnType<string, never, never>
    /** That sent it; null when it was sent before this was noted, or again after the database was set back. */
    device: string | null
    /** Sent again by a workstation after the database was set back: nothing is to be made of it a second time. */
    resent: Generated<boolean>
    created_at: Stamp
  }
  /** Records that ended with another's, for when that one is taken back. */
  replaced_designs: {
    shop_id: string
    id: string
    record: JSONColumnType<DesignRecord>
    spot: ColumnType<string, never, never>
    created_at: Stamp
  }
  /** Designs that were stored and are none any more: told to who has read of them, and never stored again as they were. */
  gone_designs: {
    shop_id: string
    id: string
    rev: Int8
    /** When the file of that life was stored; null when an older version told of it: all of them are over. */
    uploaded_at: string | null
    /** The design that had its place again; null when there is none, or it is not known. */
    replaced: string | null
  }
  /** Up to which rev each taking of revs went, with a tag drawn at random: it tells a rev from the same one of a state that
   *  was lost. */
  history: {
    shop_id: string
    rev: Int8
    tag: string
  }
  /** Folders of NASes in which the shop's designs lie. */
  places: {
    shop_id: string
    id: string
    name: string
    created_at: ColumnType<Date, Date, never>
  }
  /** Every way in which a workstation has come to a place: by the earlier ones its older records are assigned. */
  place_roots: {
    shop_id: string
    device: string
    root: string
    place_id: string
    host_key: string
  }
  /** What was last said of two artworks. */
  decisions: {
    shop_id: string
    sha256: ColumnType<string, never, never>
    against_sha256: ColumnType<string, never, never>
    rev: Int8
    record: JSONColumnType<DecisionRecord>
  }
  /** Designs that a workstation is about to send: no other does. */
  claims: {
    shop_id: string
    template: string
    sha256: string
    copy: number
    /** The item's, and the later record's. */
    id: string
    device: string
    since: Stamp
    expires_at: Date
  }
  /** Bytes by their SHA-256; which design they belong to, its record says. */
  blobs: {
    shop_id: string
    sha256: string
    data: ColumnType<Uint8Array, Buffer, never>
    created_at: Stamp
  }
  templates: {
    shop_id: string
    id: string
    /** How often it was changed, with its making. */
    revision: number
    content: JSONColumnType<TemplateContent>
  }
  /** Photos with places for the designs of a template. */
  mockups: {
    shop_id: string
    id: string
    /** How often it was changed, with its making. */
    revision: number
    content: JSONColumnType<MockupContent>
  }
  /** Work on the mockups of a design: a row for each of a job's designs. */
  mockup_jobs: {
    shop_id: string
    /** As whoever asked for it calls it; of a design that was just stored, its id. */
    id: string
    design_id: string
    /** What the queue calls it; another one with each time that it is queued anew. */
    queued_id: string
    priority: JobPriority
    /** Null while the queue has it. */
    outcome: 'done' | 'failed' | 'cancelled' | null
    /** Why it failed, or what it was last held up by. */
    failure: JSONColumnType<JobFailure> | null
    asked_at: ColumnType<Date, never, never>
    /** Of what it took at its last try, in ms. */
    took_ms: number | null
  }
  /** The mockups that lie beside designs, each once. */
  mockup_files: {
    shop_id: string
    design_id: string
    mockup_id: string
    /** Of the mockup, and the design's file: what it was drawn from. */
    revision: number
    stored_sha256: string
    /** In the folder `mockups` beside the design's file. */
    file_name: string
    sha256: string
    made_at: Stamp
  }
  /** How often a design's mockups were begun. */
  mockup_tries: {
    shop_id: string
    design_id: string
    tries: number
  }
  /** By what workers come to a shop's NAS. */
  shop_nas: {
    shop_id: string
    nas: JSONColumnType<Pick<Nas, 'host' | 'port' | 'user' | 'root'>>
    host_key: string
  }
  /** By a template's code, which of its numbers designs or other files have, as far as that was looked at. Sets of numbers are
   *  multiranges, as text. */
  number_pools: {
    shop_id: string
    template: string
    gone: string
  }
  /** What each workstation has of a template's numbers. */
  number_leases: {
    shop_id: string
    template: string
    holder: string
    /** Of the last answer. */
    turn: number
    numbers: string
    expires_at: Date
  }
  /** Answers that were given, by idempotency key. */
  answers: {
    shop_id: string
    idempotency_key: string
    body_hash: string
    response: JSONColumnType<BatchResponse>
    created_at: Stamp
  }
}
