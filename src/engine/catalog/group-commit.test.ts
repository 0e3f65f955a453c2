import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { diskTrouble } from '../../data-folder/failures.ts'
import { failure } from '../../shared/domain/failure.ts'
import { type GroupCommit, openGroupCommit } from './group-commit.ts'

let folder: string
let database: Sqlite.Database
let other: Sqlite.Database
let commit: GroupCommit
let commits = 0
const full: boolean[] = []
/** SQLite's own patience with a lock is no played time. */
const realTime = process.hrtime.bigint

beforeEach(() => {
  vi.useFakeTimers()
  folder = mkdtempSync(join(tmpdir(), 'galley-commit-'))
  const file = join(folder, 'test.sqlite')
  database = new Sqlite(file, {
    verbose: (sql) => {
      if (sql === 'COMMIT') commits += 1
    },
  })
  database.pragma('journal_mode = WAL')
  database.exec('CREATE TABLE rows (value TEXT NOT NULL)')
  other = new Sqlite(file)
  full.length = 0
  commit = openGroupCommit(database, {
    troubleOf: (error) => diskTrouble(error, folder),
    failed: () => full.push(true) === 0,
    damaged: () => failure('catalog-damaged'),
    worked: () => void full.push(false),
  })
  commits = 0
})
afterEach(() => {
  vi.useRealTimers()
  database.close()
  other.close()
  rmSync(folder, { recursive: true })
})

const add = (value: string) => (): string => {
  database.prepare('INSERT INTO rows VALUES (?)').run(value)
  return value
}
/** What a process would find that opens the file now. */
const durable = (): unknown[] => other.prepare('SELECT value FROM rows ORDER BY rowid').pluck().all()

describe('openGroupCommit', () => {
  test('writes of one moment share a commit, in order, and answer once they are in it', async () => {
    const written = Array.from({ length: 200 }, (_, i) => commit.write(add(String(i))))
    expect(durable()).toEqual([])
    await vi.runAllTimersAsync()
    expect(await Promise.all(written)).toEqual(Array.from({ length: 200 }, (_, i) => String(i)))
    expect(commits).toBe(1)
    expect(durable()).toHaveLength(200)
  })

  test('a write that throws is undone alone, whole, and says so', async () => {
    const before = commit.write(add('before'))
    const broken = commit.write(() => {
      add('half')()
      throw new Error('a bug')
    })
    const after = commit.write(add('after'))
    const outcomes = Promise.allSettled([before, broken, after])
    await vi.runAllTimersAsync()
    expect((await outcomes).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(durable()).toEqual(['before', 'after'])
  })

  test('with a full disk writes wait, nobody is told anything, and all of them are there when there is room', async () => {
    database.pragma(`max_page_count = ${database.pragma('page_count', { simple: true })}`)
    const told: string[] = []
    const small = commit.write(add('small')).then((value) => told.push(value))
    const broken = commit.write(() => {
      throw new Error('a bug')
    })
    const brokenTold = broken.catch(() => told.push('broken'))
    const large = commit.write(add('x'.repeat(100_000))).then(() => told.push('large'))
    await vi.advanceTimersByTimeAsync(5_000)
    expect([told, durable()]).toEqual([[], []])
    expect(new Set(full)).toEqual(new Set([true]))
    const later = commit.write(add('later')).then((value) => told.push(value))
    database.pragma('max_page_count = 100000')
    await vi.advanceTimersByTimeAsync(5_000)
    await Promise.all([small, brokenTold, large, later])
    expect(durable()).toEqual(['small', 'x'.repeat(100_000), 'later'])
    expect(full.filter((was) => !was)).toHaveLength(1)
    expect([...told].sort()).toEqual(['broken', 'large', 'later', 'small'])
  })

  test('what is written while a full disk refuses a write comes after it, once there is room', async () => {
    database.pragma(`max_page_count = ${database.pragma('page_count', { simple: true })}`)
    let isFirst = true
    const large = commit.write(() => {
      if (isFirst) void commit.write(add('later'))
      isFirst = false
      add('x'.repeat(100_000))()
    })
    await vi.advanceTimersByTimeAsync(2_000)
    database.pragma('max_page_count = 100000')
    await vi.advanceTimersByTimeAsync(2_000)
    await large
    expect(durable()).toEqual(['x'.repeat(100_000), 'later'])
  })

  test.each(['IMMEDIATE', 'EXCLUSIVE'])(
    'while another program locks the catalog (%s) writes wait in their order without stopping the process; it is said when that takes long, and over when it is',
    async (mode) => {
      other.exec(`BEGIN ${mode}`)
      const told: string[] = []
      const writes = ['a', 'b'].map((value) => commit.write(add(value)).then((written) => told.push(written)))
      const before = realTime()
      await vi.advanceTimersByTimeAsync(4_000)
      expect([told, full]).toEqual([[], []])
      await vi.advanceTimersByTimeAsync(60_000)
      expect(Number(realTime() - before) / 1e6).toBeLessThan(4_000)
      expect([told, new Set(full)]).toEqual([[], new Set([true])])
      commit.note(() => void add('noted')())
      const later = commit.write(add('c'))
      other.exec('ROLLBACK')
      await vi.advanceTimersByTimeAsync(100)
      await Promise.all([...writes, later])
      expect(durable()).toEqual(['a', 'b', 'c'])
      expect(full.at(-1)).toBe(false)
    },
  )

  test('a read that meets a lock is told like a write, until a transaction works, and a bug is not', async () => {
    other.exec('BEGIN IMMEDIATE')
    expect(commit.met(new Error('a bug'))).toBe(null)
    expect(full).toEqual([])
    for (const code of [
      'SQLITE_BUSY',
      'SQLITE_BUSY_SNAPSHOT',
      'SQLITE_BUSY_RECOVERY',
      'SQLITE_LOCKED',
      'SQLITE_PROTOCOL',
    ])
      expect(commit.met(new Sqlite.SqliteError('', code))).toMatchObject({ code: 'catalog-busy' })
    await vi.advanceTimersByTimeAsync(10_000)
    expect(new Set(full)).toEqual(new Set([true]))
    other.exec('ROLLBACK')
    await vi.advanceTimersByTimeAsync(1_000)
    expect(full.at(-1)).toBe(false)
    await commit.drain()
    expect(vi.getTimerCount()).toBe(0)
  })

  test('what is noted is there at once, before writes that wait; those are flushed as ever', async () => {
    database.pragma('synchronous = FULL')
    const waiting = commit.write(add('write'))
    commit.note(() => void add('note')())
    expect(durable()).toEqual(['note'])
    expect(database.pragma('synchronous', { simple: true })).toBe(2)
    await vi.runAllTimersAsync()
    await waiting
    expect(durable()).toEqual(['note', 'write'])
  })

  test('a note for which there is no room is lost, and nobody hears of it', async () => {
    database.pragma(`max_page_count = ${database.pragma('page_count', { simple: true })}`)
    commit.note(() => void add('x'.repeat(100_000))())
    expect(() =>
      commit.note(() => {
        throw new Error('a bug')
      }),
    ).toThrow('a bug')
    expect([durable(), full, database.pragma('synchronous', { simple: true })]).toEqual([[], [], 2])
  })

  test('what is written in bulk is there at once; one for which there is no room waits as a write does', async () => {
    database.pragma('synchronous = FULL')
    expect(await commit.bulk(add('a'))).toBe('a')
    expect([durable(), database.pragma('synchronous', { simple: true })]).toEqual([['a'], 2])
    const pages = Number(database.pragma('page_count', { simple: true }))
    database.pragma(`max_page_count = ${pages}`)
    const large = commit.bulk(add('x'.repeat(100_000)))
    await vi.advanceTimersByTimeAsync(1_000)
    expect([durable(), full.at(-1)]).toEqual([['a'], true])
    database.pragma(`max_page_count = ${pages + 100}`)
    await vi.advanceTimersByTimeAsync(2_000)
    expect((await large).length).toBe(100_000)
    expect(durable()).toHaveLength(2)
  })

  test('drain settles when everything written so far is there', async () => {
    void commit.write(add('a')).then(() => commit.write(add('b')))
    const drained = commit.drain().then(() => durable())
    await vi.runAllTimersAsync()
    expect(await drained).toContain('a')
    await commit.drain()
    expect(durable()).toEqual(['a', 'b'])
  })
})
