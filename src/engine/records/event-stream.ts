import { NEWS_EVENT, newsSchema } from '../../shared/api/events.ts'

/** The revs of which a stream of server-sent events tells, as they come; what it says beside them is passed over. `onBytes`
 *  hears that something came. */
export async function* readNews(stream: AsyncIterable<Buffer>, onBytes: () => void): AsyncGenerator<number> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const bytes of stream) {
    onBytes()
    text += decoder.decode(bytes, { stream: true })
    const events = text.replaceAll('\r\n', '\n').split('\n\n')
    text = events.pop() ?? ''
    for (const event of events) {
      const rev = revOf(event)
      if (rev !== null) yield rev
    }
  }
}

function revOf(event: string): number | null {
  const fields = new Map(event.split('\n').map((line) => [line.split(':', 1)[0], line.replace(/^\w*: ?/, '')]))
  if (fields.get('event') !== NEWS_EVENT) return null
  try {
    return newsSchema.parse(JSON.parse(fields.get('data') ?? '')).rev
  } catch {
    return null
  }
}
