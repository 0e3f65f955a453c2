import { expect, test } from 'vitest'
import { refused, stubSftp } from '../../../../test/support/sftp-stub.ts'
import type { FailureCode } from '../../../shared/domain/failure.ts'
import { ok } from '../../../shared/domain/result.ts'
import { createFlowWindow } from '../connection/flow-window.ts'
import { fillPart } from './fill-part.ts'
import { createLead } from './lead.ts'

const now = (): number => 0
const MISSING = 2
const FAILURE = 4

test.for<readonly [what: string, answers: Parameters<ReturnType<typeof stubSftp>['answer']>, code: FailureCode]>([
  [
    'had no room for a moment, as another file was sent that it refused as well, is full',
    ['write', refused(FAILURE)],
    'nas-full',
  ],
  [
    'has room and refuses every write gives this user no more',
    ['write', refused(FAILURE), refused(FAILURE)],
    'nas-quota',
  ],
  ['takes the file away as soon as it is written gives this user no more', ['size', refused(MISSING)], 'nas-quota'],
])('a NAS that %s', async ([, answers, code]) => {
  const { sftp, answer } = stubSftp()
  const opened = await sftp.open('/a.part', 'new')
  if (!opened.ok) throw new Error('not opened')
  const space = async () => ({ freeBytes: 1e9, readOnly: false })
  const channel = {
    sftp: { ...sftp, space },
    window: createFlowWindow(1, now),
    shell: { run: async () => null },
  }
  const chunks = [Buffer.alloc(1000)]
  const source = { next: async () => ok(chunks.shift() ?? null), skip: async () => ok(null), close: () => undefined }
  const request = {
    nasId: 'nas',
    itemId: 'a',
    attempt: 1,
    source: { path: '/a', fileName: 'a', sizeBytes: 1000, mtimeMs: 0 },
    sha256: '',
    remoteDir: '/shop',
    verify: 'size',
  } as const
  const context = {
    now,
    signal: new AbortController().signal,
    emit: () => undefined,
  }
  const lead = createLead({ from: 0, sizeBytes: 1000, now, note: async () => undefined })
  const part = { path: '/a.part', handle: opened.value }
  answer(...answers)
  const filled = await fillPart(channel, request, context, source, part, { ackedBytes: 0 }, lead)
  expect(filled).toMatchObject({ ok: false, failure: { code } })
})
