import { expect, test } from 'vitest'
import { lost, refused, type StubRules, stubSftp } from '../../../../test/support/sftp-stub.ts'
import { probeNaming } from './probe-naming.ts'

const rows: readonly (readonly [string, StubRules, string])[] = [
  ['hard links', { hasHardlink: true }, 'link'],
  ['renames that refuse a taken name', {}, 'rename'],
  ['renames that refuse a taken name, and creates that are not exclusive', { keepsExclusive: false }, 'rename'],
  ['renames that replace, and exclusive creates', { renameReplaces: true }, 'create'],
  ['renames that replace, and creates that are not exclusive', { renameReplaces: true, keepsExclusive: false }, 'look'],
  ['renames that replace, and names at the close alone', { renameReplaces: true, namesAtClose: true }, 'look'],
  ['links that it announces and refuses', { renameReplaces: true, traits: { hasHardlink: true } }, 'create'],
]

test.each(rows)('a server with %s is known for it, and keeps no file of the probe', async (_what, rules, naming) => {
  const stub = stubSftp(rules)
  expect(await probeNaming(stub.sftp, '/shop', 'probe', 'hidden')).toEqual({ ok: true, value: naming })
  expect([...stub.files.keys()]).toEqual([])
})

test('nothing is learnt where no file can be made, or the connection goes', async () => {
  const stub = stubSftp()
  stub.answer('open', refused(3))
  expect(await probeNaming(stub.sftp, '/shop', 'probe', 'hidden')).toEqual({ ok: true, value: null })
  stub.answer('rename', lost)
  expect(await probeNaming(stub.sftp, '/shop', 'probe', 'hidden')).toEqual(lost)
})
