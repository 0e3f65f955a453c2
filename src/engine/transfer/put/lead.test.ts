import { expect, test } from 'vitest'
import { createLead, MAX_LEAD_BYTES } from './lead.ts'

const MIB = 1024 * 1024

/** An upload of 100 MB, all acknowledged as soon as it is sent, and notes that are answered when the test says so. */
function startUpload(now: () => number = () => 0) {
  const asked: number[] = []
  const answers: (() => void)[] = []
  const note = (ackedBytes: number): Promise<void> => {
    asked.push(ackedBytes)
    return new Promise((resolve) => answers.push(resolve))
  }
  const lead = createLead({ from: 0, sizeBytes: 100 * MIB, now, note })
  let sent = 0
  const sending = (async () => {
    while (sent < 100 * MIB) {
      await lead.admit(sent + MIB)
      sent += MIB
      lead.reached(sent)
    }
  })()
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 1000; turn++) await Promise.resolve()
  }
  return { lead, asked, answers, sending, settle, sent: () => sent }
}

test('an engine that takes its time to note does not let the upload run away from it', async () => {
  const { asked, answers, sending, settle, sent } = startUpload()
  let noted = 0
  while (sent() < 100 * MIB) {
    await settle()
    expect(sent()).toBe(Math.min(100 * MIB, noted + MAX_LEAD_BYTES))
    expect(answers).toHaveLength(1)
    noted = asked.at(-1) ?? 0
    answers.shift()?.()
  }
  await sending
})

test('an upload whose writes are refused does not wait for ever for notes that never come', async () => {
  const { lead, settle, sending } = startUpload()
  await settle()
  lead.shut()
  await sending
})

test('on a slow line little is noted after a while, too, and not with every write', async () => {
  let now = 0
  const asked: number[] = []
  const note = async (ackedBytes: number): Promise<void> => void asked.push(ackedBytes)
  const lead = createLead({ from: 0, sizeBytes: 100 * MIB, now: () => now, note })
  for (let n = 1; n <= 100; n++) {
    now += 100
    lead.reached(n * 1000)
    await Promise.resolve()
    await Promise.resolve()
  }
  expect(asked).toHaveLength(10)
})

test('a note that is answered late brings no other behind it once the upload is over', async () => {
  const { lead, asked, answers, settle } = startUpload()
  await settle()
  lead.shut()
  answers.shift()?.()
  await settle()
  expect(asked).toHaveLength(1)
})
