import { expect, onTestFinished, test, vi } from 'vitest'
import { failure } from '../shared/domain/failure.ts'
import { printJson } from './json-output.ts'

test('the particulars of a failure are a text for programs too, however deep they stand', () => {
  const written = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
  onTestFinished(() => written.mockRestore())
  const because = failure('nas-timeout', { says: 'no-answer', seconds: 30 })
  printJson({ hold: { failure: because }, failure: failure('permission-denied', '/designs') })
  const printed = JSON.parse(String(written.mock.lastCall?.[0]))
  expect([printed.hold.failure.detail, printed.failure.detail]).toEqual(['no answer for 30 s', '/designs'])
})
