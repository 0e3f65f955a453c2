import { expect, test } from 'vitest'
import { isFromPage } from './page-sender.ts'

const page = { sender: { id: 1 }, senderFrame: { url: 'app://galley/index.html', parent: null } }

test('our own page in our own window may call', () => {
  expect(isFromPage(page, 1)).toBe(true)
})

test('a frame inside the page, another window, another origin, a frame that is gone: none may call', () => {
  expect(isFromPage({ ...page, senderFrame: { ...page.senderFrame, parent: {} } }, 1)).toBe(false)
  expect(isFromPage(page, 2)).toBe(false)
  expect(isFromPage(page, undefined)).toBe(false)
  expect(isFromPage({ ...page, senderFrame: { url: 'https://evil.example/', parent: null } }, 1)).toBe(false)
  expect(isFromPage({ ...page, senderFrame: { url: 'app://thumb/x', parent: null } }, 1)).toBe(false)
  expect(isFromPage({ ...page, senderFrame: null }, 1)).toBe(false)
})
