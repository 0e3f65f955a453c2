import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Protocol } from 'electron'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { serveApp } from './serve-app.ts'

let folder: string
let asked: string[]
let ask: (url: string, method?: string) => Promise<Response>
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'galley-serve-'))
  const handle: Protocol['handle'] = (scheme, handler) => {
    expect(scheme).toBe('app')
    ask = async (url, method = 'GET') => handler({ url, method } as Parameters<typeof handler>[0])
  }
  asked = []
  serveApp({ handle }, { renderer: folder, thumbnails: folder }, async (designId) => {
    asked.push(designId)
    return designId === 'colleague' ? join(folder, 'webp.thumb') : null
  })
  writeFileSync(join(folder, 'index.html'), '<html>')
  writeFileSync(join(folder, 'a.exe'), 'MZ')
  writeFileSync(join(folder, 'png.thumb'), Buffer.from([0x89, 0x50]))
  writeFileSync(join(folder, 'webp.thumb'), 'RIFF')
})
afterEach(() => rmSync(folder, { recursive: true }))

test('the page comes with a policy that lets nothing else in, and no type is guessed', async () => {
  const page = await ask('app://galley/index.html')
  expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
  expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self';/)
  expect(page.headers.get('x-content-type-options')).toBe('nosniff')
  expect(await page.text()).toBe('<html>')
})

test('a thumbnail is told by its first byte', async () => {
  const types = ['png', 'webp'].map(async (id) => (await ask(`app://thumb/${id}`)).headers.get('content-type'))
  expect(await Promise.all(types)).toEqual(['image/png', 'image/webp'])
})

test('what is not there, of no known type, or asked for otherwise than by GET is not found', async () => {
  const none = [ask('app://galley/gone.js'), ask('app://galley/a.exe'), ask('app://thumb/gone')]
  const others = ['POST', 'HEAD', 'PUT'].map((method) => ask('app://galley/index.html', method))
  for (const answer of await Promise.all([...none, ...others]))
    expect([answer.status, await answer.text()]).toEqual([404, ''])
})

test("a thumbnail that is not among this computer's own is asked for, and nothing else is", async () => {
  const answers = await Promise.all(['thumb/png', 'thumb/colleague', 'galley/gone.js'].map((at) => ask(`app://${at}`)))
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 404])
  expect(answers[1]?.headers.get('content-type')).toBe('image/webp')
  expect(asked).toEqual(['colleague'])
})
