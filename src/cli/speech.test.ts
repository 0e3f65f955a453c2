import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { FAILURES, type FailureCode, failure } from '../shared/domain/failure.ts'
import { CliError, failureError } from './cli-error.ts'
import { failureLine, SPEECH, speechFor, stepLine } from './speech.ts'

let dataDir: string
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'galley-speech-'))
})
afterEach(() => rmSync(dataDir, { recursive: true }))

const spoken = (env: NodeJS.ProcessEnv, json = false): string => speechFor({ json, dataDir }, env).language

test.each<[env: NodeJS.ProcessEnv, language: 'en' | 'es']>([
  [{ LANG: 'es_ES.UTF-8' }, 'es'],
  [{ LC_MESSAGES: 'es_MX', LANG: 'en_US.UTF-8' }, 'es'],
  [{ LC_ALL: 'C', LC_MESSAGES: 'es_MX', LANG: 'es_ES' }, 'en'],
  [{ LC_ALL: '', LANG: 'es' }, 'es'],
  [{ LC_ALL: 'es_AR', LANG: 'de_DE' }, 'es'],
  [{ LANG: 'de_DE.UTF-8' }, 'en'],
])('the terminal speaks as the system is set: %o is %s', (env, language) => {
  expect(spoken(env)).toBe(language)
})

test('what was chosen in the window holds in the terminal, and a file that says nothing of it costs nothing', () => {
  const choose = (text: string): void => writeFileSync(join(dataDir, 'desktop.json'), text)
  choose('{"toldOfTray":true,"language":"es"}')
  expect(spoken({ LANG: 'en_US' })).toBe('es')
  choose('{"language":"system"}')
  expect([spoken({ LANG: 'en_US' }), spoken({ LANG: 'es_ES' })]).toEqual(['en', 'es'])
  for (const text of ['', '[]', 'null', '{"language":"tlh"}', '{"language":3}']) {
    choose(text)
    expect(spoken({ LANG: 'es_ES' }), text).toBe('es')
  }
})

test('what a program reads is English on every system', () => {
  writeFileSync(join(dataDir, 'desktop.json'), '{"language":"es"}')
  expect(spoken({ LANG: 'es_ES' }, true)).toBe('en')
})

test('a failure is one line in the language, its particulars within it, and what comes from outside as it is', () => {
  const refused = failure('needs-sign-in', { says: 'proof-refused', proof: 'password', wants: ['publickey'] })
  expect(failureLine(refused, SPEECH.es)).toBe(
    'El NAS rechazó el acceso (rechazó la contraseña; acepta una clave). Revisa el usuario y la contraseña o la clave. No se pierde nada.',
  )
  expect(failureLine(failure('damaged-image', 'libpng: crc.'), SPEECH.es)).toBe(
    'La imagen está dañada o incompleta (libpng: crc). Exporta el diseño de nuevo.',
  )
  for (const code of Object.keys(FAILURES) as FailureCode[])
    expect(failureLine(failure(code), SPEECH.es)).not.toContain(FAILURES[code].message)
})

test('each step of the connection test is told in the language, free space with its decimals', () => {
  const free = { step: 'space', ok: true, finding: { kind: 'free', bytes: 1_812_340_000_000 }, failure: null } as const
  expect([stepLine(free, SPEECH.en), stepLine(free, SPEECH.es)]).toEqual(['1812.3 GB free', '1812,3 GB libres'])
  const written = { step: 'write', ok: true, finding: { kind: 'code', code: 'written' }, failure: null } as const
  expect(stepLine(written, SPEECH.es)).toBe('Se puede escribir un archivo')
  const answer = { step: 'reach', ok: true, finding: { kind: 'text', text: 'nas:22' }, failure: null } as const
  expect(stepLine(answer, SPEECH.es)).toBe('nas:22')
  const refused = { step: 'folder', ok: false, finding: null, failure: failure('folder-missing') } as const
  expect(stepLine(refused, SPEECH.es)).toMatch(/^Esa carpeta no existe en el NAS\. Elige/)
})

test('a command that ends with a failure says it in the language, and in English to a program', () => {
  const ended = failureError(failure('nas-full'))
  expect([ended.message, ended.say(SPEECH.es)]).toEqual([
    'The NAS is full. Free space, then retry. Nothing is lost.',
    'El NAS está lleno. Libera espacio y reintenta. No se pierde nada.',
  ])
  // What is wrong with what was typed says it all.
  const typed = failureError(failure('configuration', { says: 'no-shop' }))
  expect([typed.message, typed.say(SPEECH.es), typed.exitCode]).toEqual(['no such shop', 'no existe esa tienda', 2])
  expect(new CliError('No shop yet.', 2).say(SPEECH.es)).toBe('No shop yet.')
})
