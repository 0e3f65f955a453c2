import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { expect, onTestFinished, test, vi } from 'vitest'
import { type Failure, failure } from '../shared/domain/failure.ts'
import { fail, ok } from '../shared/domain/result.ts'
import { createSecrets } from './secrets.ts'
import { signIn } from './sign-in.ts'
import { SPEECH } from './speech.ts'

/** A person who answers each question with the next of these; what they were asked. */
function answering(...answers: string[]): string[] {
  const asked: string[] = []
  const real = Object.getOwnPropertyDescriptor(process, 'stdin')
  const terminal = Object.assign(new PassThrough(), { isTTY: true })
  Object.defineProperty(process, 'stdin', { value: terminal, configurable: true })
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    if (`${text}`.endsWith(': ')) {
      asked.push(`${text}`)
      setImmediate(() => terminal.write(`${answers.shift() ?? ''}\n`))
    }
    return true
  })
  onTestFinished(() => {
    vi.restoreAllMocks()
    if (real !== undefined) Object.defineProperty(process, 'stdin', real)
  })
  return asked
}

function someSecrets() {
  const folder = mkdtempSync(join(tmpdir(), 'galley-sign-in-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return createSecrets(folder)
}

/** Refuses with each of these, one after the other, then lets in; what it was given. */
function nas(secrets: ReturnType<typeof someSecrets>, ...refusals: readonly Failure[]) {
  const given: unknown[] = []
  const left = [...refusals]
  const attempt = async ({ code }: { readonly code?: string }) => {
    given.push(code ?? secrets.get('shop', 'nas-password') ?? secrets.get('shop', 'nas-passphrase'))
    const refusal = left.shift()
    return refusal === undefined ? ok(null) : fail(refusal)
  }
  return { attempt, given }
}

test('what a sign-in lacks is asked for, in the words of the NAS, and used for this command', async () => {
  const asked = answering('tiger-7', '123 456')
  const secrets = someSecrets()
  const { attempt, given } = nas(secrets, failure('needs-sign-in'), failure('code-wanted', 'Token:'))
  expect(await signIn(secrets, 'shop', attempt, SPEECH.en)).toBeNull()
  expect(asked).toEqual(['Password for the NAS: ', 'One-time code for the NAS (Token:): '])
  expect(given).toEqual([null, 'tiger-7', '123 456'])
})

test('a password is asked for once, since a NAS locks out, and the refusal is what the work waits for', async () => {
  const asked = answering('wrong', 'right')
  const secrets = someSecrets()
  const { attempt } = nas(secrets, failure('needs-sign-in'), failure('needs-sign-in'))
  expect(await signIn(secrets, 'shop', attempt, SPEECH.en)).toMatchObject({ code: 'needs-sign-in' })
  expect(asked).toHaveLength(1)
})

test('a passphrase is asked for three times, in the language', async () => {
  const asked = answering('one', 'two', 'three', 'four')
  const secrets = someSecrets()
  const locked = failure('key-locked', { says: 'wrong-passphrase' })
  const { attempt } = nas(secrets, locked, locked, locked, locked, locked)
  expect(await signIn(secrets, 'shop', attempt, SPEECH.es)).toMatchObject({ code: 'key-locked' })
  expect(asked).toHaveLength(3)
  expect(asked[0]).toMatch(/^Frase de la clave \(.+\): $/)
})

test('who gives no answer is asked no more, and what no answer mends asks nothing', async () => {
  const asked = answering('')
  const secrets = someSecrets()
  const first = failure('key-locked')
  expect(await signIn(secrets, 'shop', nas(secrets).attempt, SPEECH.en, first)).toBe(first)
  const away = nas(secrets, failure('nas-unreachable'))
  expect(await signIn(secrets, 'shop', away.attempt, SPEECH.en)).toMatchObject({ code: 'nas-unreachable' })
  expect(asked).toHaveLength(1)
})
