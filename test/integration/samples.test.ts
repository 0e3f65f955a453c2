import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { resemblanceOf } from '../../src/engine/similarity/rule.ts'
import { makeSamples, type Sample, type SampleSet } from '../../src/practice/samples.ts'
import type { Fingerprint } from '../../src/shared/domain/picture.ts'
import { examineHere } from '../support/examine-here.ts'

let home: string
let set: SampleSet
let seconds: number
const found = new Map<string, Fingerprint | string>()

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'galley-samples-'))
  const started = performance.now()
  set = await makeSamples(home)
  seconds = (performance.now() - started) / 1000
  for (const { file } of set.samples) found.set(file, await fingerprintOf(join(set.folder, file)))
})
afterAll(() => rm(home, { recursive: true, force: true }))

it('are made anew with the same bytes, so that a second demo finds them all', async () => {
  const again = await makeSamples(join(home, 'again'))
  expect(again.samples).toEqual(set.samples)
})

it('the folder to drop holds what the manifest lists, byte for byte, and no manifest', async () => {
  const entries = await readdir(set.folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name))
  expect(files.map((path) => relative(set.folder, path)).sort()).toEqual(set.samples.map(({ file }) => file).sort())
  for (const { file, sha256 } of set.samples) {
    const bytes = await readFile(join(set.folder, file))
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(sha256)
  }
  expect(JSON.parse(await readFile(set.manifestPath, 'utf8'))).toEqual(set.samples)
})

it('has each kind: stored, duplicate, similar, failed', () => {
  const counts = Object.groupBy(set.samples, ({ fate }) => fate.kind)
  expect(Object.fromEntries(Object.entries(counts).map(([kind, samples]) => [kind, samples?.length]))).toEqual({
    stored: 24,
    duplicate: 2,
    similar: 2,
    failed: 2,
  })
})

it('no two that must be stored resemble each other', () => {
  const stored = set.samples.filter(({ fate }) => fate.kind === 'stored')
  const pairs = stored.flatMap((one, index) => stored.slice(index + 1).map((other) => [one, other] as const))
  const alike = pairs.filter(([one, other]) => resemblanceOf(pictureOf(one), pictureOf(other), 'balanced') !== null)
  expect(alike.map(([one, other]) => `${one.file} = ${other.file}`)).toEqual([])
})

it('each that is similar resembles its original, and nothing else', () => {
  for (const sample of set.samples) {
    if (sample.fate.kind !== 'similar') continue
    const alike = set.samples.filter(
      (other) =>
        other !== sample &&
        other.fate.kind !== 'failed' &&
        resemblanceOf(pictureOf(sample), pictureOf(other), 'balanced') !== null,
    )
    expect(alike.map(({ file }) => file)).toEqual([sample.fate.of])
  }
})

it('each that must fail does so, with its own code', () => {
  const failed = set.samples.flatMap(({ file, fate }) => (fate.kind === 'failed' ? [[file, fate.code]] : []))
  expect(failed.map(([file = '']) => [file, found.get(file)])).toEqual(failed)
})

it('are made while one waits', () => {
  expect(seconds).toBeLessThan(20)
})

/** The fingerprint, or the code of the failure. */
async function fingerprintOf(path: string): Promise<Fingerprint | string> {
  const result = await examineHere(path)
  return result.ok ? result.value.fingerprint : result.failure.code
}

function pictureOf({ file }: Sample): Fingerprint {
  const fingerprint = found.get(file)
  if (fingerprint === undefined || typeof fingerprint === 'string') throw new Error(`${file}: ${fingerprint}`)
  return fingerprint
}
