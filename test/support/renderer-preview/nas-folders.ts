import { failure } from '../../../src/shared/domain/failure.ts'
import type { BrowsedFolder, NasEntry, Writable } from '../../../src/shared/domain/nas-folder.ts'
import { fail, ok, type Result } from '../../../src/shared/domain/result.ts'

const CHANGED = Date.parse('2026-11-20T09:30:00Z')
const folder = (name: string, writable: Writable = 'yes'): NasEntry => ({
  ...{ name, kind: 'folder', sizeBytes: null, modifiedAt: CHANGED, writable },
})
const file = (name: string, sizeBytes: number): NasEntry => ({
  ...{ name, kind: 'file', sizeBytes, modifiedAt: CHANGED, writable: null },
})

const TREE: Readonly<Record<string, readonly NasEntry[]>> = {
  '/': [folder('home', 'no'), folder('share'), folder('video', 'unknown'), folder('web', 'no')],
  '/share': [
    ...['archive', 'customer art', 'designs', 'fonts', 'invoices', 'mockups', 'photos 2025', 'photos 2026'].map(
      (name) => folder(name),
    ),
    folder('templates of the printer that nobody may change, with a very long name', 'no'),
    file('price list.xlsx', 48_211),
    file('read me.txt', 912),
  ],
  '/share/designs': [folder('Wildflower Wraps')],
  '/share/archive': Array.from({ length: 4000 }, (_, index) => file(`scan ${index + 1}.png`, 2_400_000)),
  '/share/designs/Wildflower Wraps': ['UVDTF 16oz', 'UVDTF 40oz tumbler', 'DTF shirt front'].map((name) =>
    folder(name),
  ),
  '/web': [],
}

/** A NAS with a few folders; one cannot be read, and one is cut. */
export function browseSample(path: string | null): Result<BrowsedFolder> {
  const asked = path ?? '/share'
  if (asked === '/home') return fail(failure('permission-denied', '/home'))
  const parts = asked.split('/').filter((part) => part !== '')
  const above = parts.map((_, index) => `/${parts.slice(0, parts.length - index).join('/')}`)
  const found = [...above, '/'].find((one) => one in TREE) ?? '/'
  const below = TREE[found] ?? []
  return ok({
    path: found,
    missing: found === asked ? null : asked,
    home: '/share',
    writable: found === '/' || found === '/web' ? 'no' : 'yes',
    freeBytes: 1_240_000_000_000,
    entries: below,
    isCut: below.length > 1000,
    foreign: null,
  })
}
