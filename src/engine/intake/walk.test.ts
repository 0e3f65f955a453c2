import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Found, walk } from './walk.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'galley-walk-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true })
})

function write(...names: string[]): void {
  for (const name of names) {
    mkdirSync(join(folder, name, '..'), { recursive: true })
    writeFileSync(join(folder, name), name)
  }
}

async function walked(paths: readonly string[], followsLinks = false): Promise<Found[]> {
  const found: Found[] = []
  for await (const one of walk(paths, new AbortController().signal, followsLinks)) found.push(one)
  return found
}

/** Paths of the files that were found, or their failure. */
async function look(...paths: string[]): Promise<string[]> {
  const found = await walked(paths.length === 0 ? [folder] : paths.map((path) => join(folder, path)))
  return found.flatMap((one) => {
    if (one.kind === 'ignored') return []
    if (one.kind === 'link-out') return `${relative(folder, one.path)} leads out`
    const path = relative(folder, one.source.path)
    return one.kind === 'file' ? path : `${path}: ${one.failure.code}`
  })
}

describe('walk', () => {
  test('goes through folders in the order in which a person counts', async () => {
    write('10.png', '9.png', 'b/2.png', 'b/1.png', 'A.png')
    expect(await look()).toEqual(['9.png', '10.png', 'A.png', 'b/1.png', 'b/2.png'])
    // A selection is told in whatever order it was made.
    expect(await look('b', '10.png', '9.png')).toEqual(['9.png', '10.png', 'b/1.png', 'b/2.png'])
  })

  test('passes over junk without a word, but takes what was dropped by itself', async () => {
    write('Thumbs.db', 'desktop.ini', '.DS_Store', '.git/config', '.galley-x.part', 'Icon\r', 'a.png')
    expect(await look()).toEqual(['a.png'])
    expect((await walked([folder])).filter(({ kind }) => kind === 'ignored')).toHaveLength(6)
    expect(await look('.DS_Store')).toEqual(['.DS_Store'])
  })

  test('takes no picture out of a NAS’s or a system’s own folders, whose names look like others’', async () => {
    const own = [
      '@eaDir/a.png/SYNOPHOTO_THUMB_XL.jpg',
      '#recycle/b.png',
      '@Recycle/c.png',
      '@Recently-Snapshot/d/e.png',
    ]
    write(
      ...own,
      '.@__thumb/a.png',
      'mockups/a_front.jpg',
      '__MACOSX/f.png',
      '$RECYCLE.BIN/g.png',
      '#snapshot/h.png',
      'lost+found/i.png',
    )
    write(
      'sub/@eaDir/j.png',
      'System Volume Information/k.png',
      'SYNOFILE_THUMB_M.png',
      '~$l.png',
      '._m.png',
      '@tmp/n.png',
    )
    write('a.png', '#1 mom.png', '@home.png', 'recycle.png', 'snapshot/p.png', '~cute.png')
    expect((await look()).sort()).toEqual([
      '#1 mom.png',
      '@home.png',
      'a.png',
      'recycle.png',
      'snapshot/p.png',
      '~cute.png',
    ])
    expect((await walked([folder])).filter(({ kind }) => kind === 'ignored')).toHaveLength(16)
  })

  test('meets each file once, however often it is dropped or linked, and never walks in a loop', async () => {
    write('real/a.png')
    symlinkSync(folder, join(folder, 'real', 'up'))
    symlinkSync(join(folder, 'real'), join(folder, 'twin'))
    symlinkSync(join(folder, 'real', 'a.png'), join(folder, 'z.png'))
    expect(await look()).toEqual(['real/a.png'])
    expect(await look('real', 'real', 'real/a.png')).toEqual(['real/a.png', 'real/up leads out'])
  })

  test('follows a link out of what was dropped only where it is told to, or the link itself was dropped', async () => {
    write('drop/a.png', 'dropped too/b.png', 'drop of mine/c.png', 'private.png')
    for (const name of ['dropped too', 'drop of mine', 'private.png'])
      symlinkSync(join(folder, name), join(folder, 'drop', `to ${name}`))
    symlinkSync(join(folder, 'drop'), join(folder, 'drop of mine', 'back'))
    const [mine, alone, too] = ['drop/to drop of mine', 'drop/to private.png', 'drop/to dropped too']
    expect(await look('drop', 'dropped too')).toEqual([
      ...['drop/a.png', `${mine} leads out`, `${too}/b.png`],
      `${alone} leads out`,
    ])
    expect(await look('drop/to private.png')).toEqual([alone])
    const followed = await walked([join(folder, 'drop')], true)
    expect(followed.flatMap((one) => (one.kind === 'file' ? relative(folder, one.source.path) : one.kind))).toEqual([
      ...['drop/a.png', 'ignored', `${mine}/c.png`, `${too}/b.png`, alone],
    ])
  })

  test('says what cannot be read, and goes on', async () => {
    write('a.png', 'z.png')
    symlinkSync(join(folder, 'nothing'), join(folder, 'dangling.png'))
    symlinkSync(join(folder, 'round'), join(folder, 'round'))
    expect(await look()).toEqual(['a.png', 'dangling.png: source-gone', 'round: source-unreadable', 'z.png'])
    expect(await look('gone', 'a.png')).toEqual(['a.png', 'gone: source-gone'])
  })

  test.runIf(process.platform === 'linux')('says that a name is not UTF-8, not that the file is gone', async () => {
    write('a.png')
    writeFileSync(Buffer.concat([Buffer.from(`${folder}/caf`), Buffer.from([0xe9]), Buffer.from('.png')]), 'b')
    expect(await look()).toEqual(['a.png', 'caf\ufffd.png: name-not-utf8'])
    expect(await look('caf\ufffd/a.png')).toEqual(['caf\ufffd/a.png: name-not-utf8'])
  })

  test.runIf(process.platform === 'linux')('says that a folder cannot be read, not that a file cannot', async () => {
    write('a.png', 'shut/b.png')
    chmodSync(folder, 0o755)
    chmodSync(join(folder, 'shut'), 0)
    const isRoot = process.geteuid?.() === 0
    // Nothing is shut to root.
    if (isRoot) process.seteuid?.(65_534)
    try {
      expect(await look()).toEqual(['a.png', 'shut: folder-unreadable'])
    } finally {
      if (isRoot) process.seteuid?.(0)
      chmodSync(join(folder, 'shut'), 0o755)
    }
  })

  test('goes on when a file vanishes between the listing and the look', async () => {
    write('a.png', 'b.png', 'c.png')
    const names: string[] = []
    for await (const one of walk([folder], new AbortController().signal)) {
      if (!('source' in one)) continue
      names.push(`${one.source.fileName} ${one.kind}`)
      rmSync(join(folder, 'b.png'), { force: true })
    }
    expect(names).toEqual(['a.png file', 'b.png unreadable', 'c.png file'])
  })

  test('stops when it is told to', async () => {
    write('a.png', 'b.png')
    const controller = new AbortController()
    const names: string[] = []
    for await (const one of walk([folder], controller.signal)) {
      names.push(one.kind)
      controller.abort()
    }
    expect(names).toEqual(['file'])
  })
})
