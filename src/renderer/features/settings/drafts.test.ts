import { expect, test } from 'vitest'
import { SAMPLE_TEMPLATES } from '../../../../test/support/renderer-preview/sample.ts'
import type { ConnectionStep, ConnectionStepResult } from '../../../shared/domain/connection-test.ts'
import type { Detail } from '../../../shared/domain/detail.ts'
import { type FailureCode, failure } from '../../../shared/domain/failure.ts'
import type { Nas } from '../../../shared/domain/shop.ts'
import { rulesOf } from '../../../shared/domain/template.ts'
import { createFormat } from '../../../shared/texts/format.ts'
import { en } from '../../texts/en.ts'
import { draftOf, identityToTrust, nasOf, nasToBrowse, typedSecrets, wantsCode } from './nas-draft.ts'
import { inMode, newEntry, speedDraftOf, timetableOf } from './speed-draft.ts'
import { exampleName, templateDraftOf, templateOf } from './template-draft.ts'

const nas = { host: 'nas.local', port: 2222, user: 'galley', root: '/share/designs' }
const FINGERPRINT = 'SHA256:uNiVztksCsDhcc0u9e8BgrJXVGDvB1C3cXNbTSrFQ1o'

const { typed } = createFormat('en')

test('a NAS survives the form unchanged, with a password or with a key', () => {
  expect(nasOf(draftOf(nas), en)).toEqual({ ok: true, nas })
  const keyed = { ...nas, identityFile: '/home/ana/.ssh/id_ed25519' }
  expect(nasOf(draftOf(keyed), en)).toEqual({ ok: true, nas: keyed })
})

test('what is set under Advanced survives the form; what is as it comes is not written down', () => {
  const tuned: Nas = { ...nas, maxConnections: 10, verify: 'remote-hash', oldAlgorithms: true }
  expect(nasOf(draftOf(tuned), en)).toEqual({ ok: true, nas: tuned })
  const back = { ...draftOf(tuned), connections: ' 2 ', verify: 'automatic' as const, oldAlgorithms: 'off' as const }
  const result = nasOf(back, en)
  expect(result.ok && Object.keys(result.nas)).toEqual(Object.keys(nas))
})

test.each(['0', '11', '2.5', 'many', ''])('"%s" connections are refused at their field', (connections) => {
  const result = nasOf({ ...draftOf(nas), connections }, en)
  expect(result).toEqual({ ok: false, errors: { connections: '1 to 10' } })
})

test('going back to the password forgets the key file', () => {
  const draft = { ...draftOf({ ...nas, identityFile: '/k' }), signIn: 'password' as const }
  expect(nasOf(draft, en)).toEqual({ ok: true, nas })
})

test('a password typed before the key was chosen is not tried or kept', () => {
  const draft = { ...draftOf(nas), password: 'left over', passphrase: 'of the key' }
  expect(typedSecrets(draft)).toEqual({ 'nas-password': 'left over' })
  expect(typedSecrets({ ...draft, signIn: 'key' })).toEqual({ 'nas-passphrase': 'of the key' })
  expect(typedSecrets({ ...draft, signIn: 'agent' })).toEqual({})
  expect(typedSecrets(draftOf(nas))).toEqual({})
})

test('a NAS that wants the password beside the key, or beside the agent, gets both', () => {
  const draft = { ...draftOf({ ...nas, identityFile: '/k' }), passphrase: 'of the key', passwordBeside: 'tiger-7' }
  expect(typedSecrets(draft)).toEqual({ 'nas-passphrase': 'of the key', 'nas-password': 'tiger-7' })
  expect(typedSecrets({ ...draft, signIn: 'agent' })).toEqual({ 'nas-password': 'tiger-7' })
})

test('the ssh-agent survives the form, and is forgotten when the password is chosen', () => {
  const draft = draftOf({ ...nas, useAgent: true })
  expect(nasOf(draft, en)).toEqual({ ok: true, nas: { ...nas, useAgent: true } })
  expect(nasOf({ ...draft, signIn: 'password' }, en)).toEqual({ ok: true, nas })
})

function passed(step: ConnectionStep, text: string): ConnectionStepResult {
  return { step, ok: true, finding: { kind: 'text', text }, failure: null }
}

test('a code is asked for by the form when that is why the test ended', () => {
  const endedBy = (code: FailureCode): readonly ConnectionStepResult[] => [
    passed('reach', 'nas.local:22'),
    { step: 'sign-in', ok: false, finding: null, failure: failure(code) },
  ]
  expect(wantsCode(endedBy('code-wanted'))).toBe(true)
  expect(wantsCode(endedBy('needs-sign-in'))).toBe(false)
})

test('a slash at the end of the folder does not make another folder of it', () => {
  expect(nasOf({ ...draftOf(nas), root: '/share/designs//' }, en)).toEqual({ ok: true, nas })
  expect(nasOf({ ...draftOf(nas), root: '/' }, en)).toEqual({ ok: true, nas: { ...nas, root: '/' } })
})

test.each([
  ['[fe80::1%eth0]', 'fe80::1%eth0'],
  [' fe80::1%eth0 ', 'fe80::1%eth0'],
  ['nas.local', 'nas.local'],
])('the address "%s" is taken', (host, taken) => {
  expect(nasOf({ ...draftOf(nas), host }, en)).toEqual({ ok: true, nas: { ...nas, host: taken } })
})

test('each wrong field is told, not only the first', () => {
  const result = nasOf({ ...draftOf(null), port: '70000', root: 'share' }, en)
  expect(result.ok ? [] : Object.keys(result.errors)).toEqual(['host', 'port', 'user', 'root'])
})

test('trust is asked for only where the test ended at the identity, and a changed one is told apart', () => {
  const ended = (step: ConnectionStep, code: FailureCode, detail: Detail): readonly ConnectionStepResult[] => [
    passed('reach', 'nas.local:22'),
    { step, ok: false, finding: null, failure: failure(code, detail) },
  ]
  const unknown = ended('host-key', 'host-key-unknown', FINGERPRINT)
  expect(identityToTrust(unknown)).toEqual({ fingerprint: FINGERPRINT, isChanged: false, before: null })
  const trusted = `SHA256:${'a'.repeat(43)}`
  // The text is what an older Galley wrote down with what it held.
  for (const told of [
    { says: 'other-key', shown: FINGERPRINT, trusted },
    `${FINGERPRINT} instead of ${trusted}`,
  ] as const) {
    const changed = ended('host-key', 'host-key-changed', told)
    expect(identityToTrust(changed)).toEqual({ fingerprint: FINGERPRINT, isChanged: true, before: trusted })
  }
  expect(identityToTrust(ended('sign-in', 'needs-sign-in', FINGERPRINT))).toBeNull()
  expect(identityToTrust([passed('host-key', FINGERPRINT)])).toBeNull()
})

test('a template survives the form unchanged, and a comma is a decimal sign', () => {
  const [sample] = SAMPLE_TEMPLATES
  if (sample === undefined) throw new Error('no sample template')
  const ids = { id: sample.id, shopId: sample.shopId }
  const template = { ...ids, ...rulesOf(sample) }
  const draft = templateDraftOf(template, typed)
  expect(templateOf(draft, ids, en)).toEqual({ ok: true, template })
  expect(templateOf({ ...draft, height: '4,33' }, ids, en)).toEqual({ ok: true, template })
  const spanish = templateDraftOf(template, createFormat('es').typed)
  expect(spanish.width).toBe('9,5')
  expect(templateOf(spanish, ids, en)).toEqual({ ok: true, template })
  expect(exampleName(draft)).toBe('UV 1 UVDTF 16oz_1.png')
  expect(exampleName({ ...draft, name: 'Cup 11/16"', pattern: ' {template}: {number} ' })).toBe('Cup 11_16__ 1.png')
})

test('preparation survives the form unchanged, and is gone when it is switched off', () => {
  const [sample] = SAMPLE_TEMPLATES
  if (sample === undefined) throw new Error('no sample template')
  const ids = { id: sample.id, shopId: sample.shopId }
  const preparation = { trim: false, rotate: true, maxEnlargement: 2.5 }
  const draft = templateDraftOf({ ...sample, preparation }, typed)
  expect(templateOf(draft, ids, en)).toEqual({ ok: true, template: { ...ids, ...rulesOf(sample), preparation } })
  expect(templateOf({ ...draft, isPrepared: false }, ids, en)).toEqual({
    ok: true,
    template: { ...ids, ...rulesOf(sample) },
  })
  expect(templateOf({ ...draft, maxEnlargement: '0,5' }, ids, en)).toMatchObject({ ok: false })
})

test('a name that no folder and no record can have is refused at its field', () => {
  const draft = templateDraftOf(null, typed)
  for (const name of ['', '***', 'x'.repeat(201)])
    expect(templateOf({ ...draft, name }, { id: 't', shopId: 's' }, en)).toMatchObject({
      errors: { name: expect.any(String) },
    })
})

test('a new template is called by the code that was typed, and by its name without one', () => {
  const [draft, ids] = [templateDraftOf(null, typed), { id: 't', shopId: 's' }]
  const saved = (code: string) => templateOf({ ...draft, code }, ids, en)
  expect(saved(' cup-16 ')).toMatchObject({ ok: true, template: { name: 'UVDTF 16oz', code: 'cup-16' } })
  expect(saved(' ')).toMatchObject({ ok: true, template: expect.not.objectContaining({ code: expect.anything() }) })
  expect(saved('x'.repeat(201))).toMatchObject({ errors: { code: expect.any(String) } })
  expect([exampleName({ ...draft, code: ' cup-16 ' }), exampleName(draft), exampleName(draft, 'old')]).toEqual([
    'UV 1 cup-16_1.png',
    'UV 1 UVDTF 16oz_1.png',
    'UV 1 old_1.png',
  ])
})

test('a print that is too large to be prepared is refused at its resolution, and may be sent as it is dropped', () => {
  const vast = { ...templateDraftOf(null, typed), width: '40', height: '40' }
  expect(templateOf(vast, { id: 't', shopId: 's' }, en).ok).toBe(true)
  const result = templateOf({ ...vast, isPrepared: true }, { id: 't', shopId: 's' }, en)
  expect(result.ok ? [] : Object.keys(result.errors)).toEqual(['dpi'])
})

test('a pattern without a number is refused: files would all want one name', () => {
  const draft = { ...templateDraftOf(null, typed), pattern: 'UV {template}' }
  const result = templateOf(draft, { id: 't', shopId: 's' }, en)
  expect(result.ok ? [] : Object.keys(result.errors)).toEqual(['pattern'])
})

test.each([
  ['full speed', []],
  ['a limit', [{ at: '00:00', bytesPerSecond: 512_000 }]],
  [
    'a timetable with a pause',
    [
      { at: '08:00', bytesPerSecond: 1_500_000 },
      { at: '12:30', bytesPerSecond: 0 },
      { at: '19:00', bytesPerSecond: null },
    ],
  ],
])('%s survives the form unchanged', (_what, timetable) => {
  expect(timetableOf(speedDraftOf(timetable, typed), en)).toEqual({ ok: true, timetable })
})

test('going to full speed and back keeps the timetable; a comma is read as a decimal sign', () => {
  const timetable = [
    { at: '08:00', bytesPerSecond: 2_000_000 },
    { at: '19:00', bytesPerSecond: null },
  ]
  const draft = speedDraftOf(timetable, typed)
  expect(timetableOf(inMode(inMode(draft, 'full', typed), 'by-time', typed), en)).toEqual({ ok: true, timetable })
  const always = inMode(draft, 'always', typed)
  const changed = { ...always, entries: always.entries.map((entry) => ({ ...entry, amount: '1,5' })) }
  expect(timetableOf(changed, en)).toEqual({ ok: true, timetable: [{ at: '08:00', bytesPerSecond: 1_500_000 }] })
})

test('of a timetable each wrong entry is told, by its field', () => {
  const [morning, evening] = speedDraftOf(
    [
      { at: '08:00', bytesPerSecond: 2_000_000 },
      { at: '19:00', bytesPerSecond: null },
    ],
    typed,
  ).entries
  if (morning === undefined || evening === undefined) throw new Error('two entries were given')
  const entries = [{ ...morning, amount: 'much' }, { ...evening, at: '08:00' }, newEntry(typed)]
  const result = timetableOf({ mode: 'by-time', entries }, en)
  const told = result.ok ? [] : entries.map(({ id }) => Object.keys(result.errors[id] ?? {}))
  expect(told).toEqual([['amount'], ['at'], ['at']])
  const endless = timetableOf({ mode: 'by-time', entries: [{ ...morning, kind: 'paused' }] }, en)
  expect(endless).toEqual({ ok: false, errors: { [morning.id]: { at: en.settings.invalid.endless } } })
})

test('a NAS is browsed whatever stands in its folder, but not before its address, user and sign-in do', () => {
  const kept = new Set(['nas-password'] as const)
  const none = new Set<never>()
  for (const root of ['', 'designs', '/volume1/designs/']) {
    expect(nasToBrowse({ ...draftOf(nas), root }, kept, en)).toMatchObject({ host: nas.host, user: nas.user })
  }
  expect(nasToBrowse(draftOf(nas), none, en)).toBeNull()
  expect(nasToBrowse({ ...draftOf(nas), password: 'typed' }, none, en)).toEqual(nas)
  expect(nasToBrowse({ ...draftOf(nas), host: ' ' }, kept, en)).toBeNull()
  expect(nasToBrowse({ ...draftOf(nas), signIn: 'key' }, kept, en)).toBeNull()
  expect(nasToBrowse({ ...draftOf(nas), signIn: 'key', identityFile: '/k' }, none, en)).toMatchObject({
    identityFile: '/k',
  })
})
