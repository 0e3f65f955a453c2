import { expect, test } from 'vitest'
import { languageFor } from './language.ts'

test('the first language of the system that Galley speaks is taken, however the system writes it', () => {
  expect(languageFor('system', ['de-DE', 'es-MX', 'en-US'])).toBe('es')
  expect(languageFor('system', ['es_ES.UTF-8'])).toBe('es')
  expect(languageFor('system', ['ES'])).toBe('es')
})

test('a language whose tag only begins like a spoken one is another', () => {
  expect(languageFor('system', ['est-EE', 'fi'])).toBe('en')
  expect(languageFor('system', ['enm', 'es'])).toBe('es')
})

test('what a person chose stands before the system, and back', () => {
  expect(languageFor('en', ['es-ES'])).toBe('en')
  expect(languageFor('es', ['en-US'])).toBe('es')
  expect(languageFor('system', [])).toBe('en')
})
