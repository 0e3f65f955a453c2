import type { ServerResponse } from 'node:http'
import { HEARTBEAT_MS, MOCKUPS_EVENT, NEWS_EVENT } from '../../shared/api/events.ts'

/** A stream that takes nothing any more is ended: its workstation reads the feed now and then, too. */
const MAX_WAITING_BYTES = 64 * 1024

/** A workstation that hears of its shop's news. */
export interface Listener {
  readonly shopId: string
  readonly tokenId: string
  /** The engine that it is, or where that is not said its token. */
  readonly sender: string
}

/** The streams of events that are open. In this process alone: one service has a database, and who was not told reads the
 *  feed within a minute. */
export interface EventStreams {
  /** Begins a stream over a response that is the route's own, and ends with it. */
  open(response: ServerResponse, listener: Listener): { tell(rev: number): void }
  /** The shop has something new up to that rev, from that sender: the others are told. */
  news(shopId: string, rev: number, sender: string): void
  /** Something changed in those jobs of the shop's. */
  mockups(shopId: string, jobIds: readonly string[]): void
  /** The token is refused from now on. */
  endOf(tokenId: string): void
  endAll(): void
}

/** `findRevoked`: those of the tokens that were revoked, by whatever process. */
export function createEventStreams(
  findRevoked: (tokenIds: readonly string[]) => Promise<readonly string[]>,
): EventStreams {
  const open = new Map<ServerResponse, Listener>()
  let timer: NodeJS.Timeout | undefined

  const write = (response: ServerResponse, text: string): void => {
    if (response.writableLength > MAX_WAITING_BYTES) response.destroy()
    else response.write(text)
  }
  const endWhere = (isMeant: (listener: Listener) => boolean): void => {
    for (const [response, listener] of open) if (isMeant(listener)) response.end()
  }
  const beat = async (): Promise<void> => {
    for (const response of open.keys()) write(response, ':\n\n')
    // A database that cannot be asked says so to requests.
    const revoked = await findRevoked([...open.values()].map(({ tokenId }) => tokenId)).catch(
      (): readonly string[] => [],
    )
    endWhere(({ tokenId }) => revoked.includes(tokenId))
  }

  return {
    open(response, listener) {
      response.writeHead(200, {
        'content-type': 'text/event-stream',
        'cache-control': 'no-store',
        // nginx would gather them.
        'x-accel-buffering': 'no',
      })
      response.write(':\n\n')
      open.set(response, listener)
      timer ??= setInterval(() => void beat(), HEARTBEAT_MS)
      response.once('close', () => {
        open.delete(response)
        if (open.size > 0) return
        clearInterval(timer)
        timer = undefined
      })
      return { tell: (rev) => write(response, eventOf(rev)) }
    },
    news(shopId, rev, sender) {
      for (const [response, listener] of open)
        if (listener.shopId === shopId && listener.sender !== sender) write(response, eventOf(rev))
    },
    mockups(shopId, jobIds) {
      const event = `event: ${MOCKUPS_EVENT}\ndata: ${JSON.stringify({ jobIds })}\n\n`
      for (const [response, listener] of open) if (listener.shopId === shopId) write(response, event)
    },
    endOf: (tokenId) => endWhere((listener) => listener.tokenId === tokenId),
    endAll: () => endWhere(() => true),
  }
}

function eventOf(rev: number): string {
  return `id: ${rev}\nevent: ${NEWS_EVENT}\ndata: ${JSON.stringify({ rev })}\n\n`
}
