import { expect, test } from 'vitest'
import { readNews } from './event-stream.ts'

async function read(...parts: readonly string[]): Promise<number[]> {
  async function* stream() {
    for (const part of parts) yield Buffer.from(part)
  }
  const revs: number[] = []
  for await (const rev of readNews(stream(), () => undefined)) revs.push(rev)
  return revs
}

test('events are read however they are cut, with whichever ends of line, and what is none is passed over', async () => {
  const [first, second] = ['id: 7\nevent: news\ndata: {"rev":7}\n\n', 'event:news\r\ndata:{"rev":8}\r\n\r\n']
  expect(await read(`:\n\n${first}${second}`)).toEqual([7, 8])
  expect(await read(...`:\n\n${first}${second}`)).toEqual([7, 8])
  expect(
    await read('event: other\ndata: {"rev":1}\n\n', 'event: news\ndata: {"rev":\n\n', first, 'event: news'),
  ).toEqual([7])
})
