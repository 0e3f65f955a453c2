import pg from 'pg'

const AGAIN_AFTER_MS = 5_000

/** Hears what others tell on a channel of a PostgreSQL server, on a connection of its own that is opened again when it broke,
 *  until the function that it returns is called. What is told while it is not connected is not heard. */
export function listenOn(
  url: string,
  channel: string,
  heard: (text: string) => void,
  onError: (error: Error) => void,
): () => Promise<void> {
  let timer: NodeJS.Timeout | undefined
  let isOver = false
  let client: pg.Client

  const connect = (): void => {
    client = new pg.Client({ connectionString: url, application_name: 'galley news', keepAlive: true })
    let isBroken = false
    const again = (error: Error): void => {
      if (isOver || isBroken) return
      isBroken = true
      onError(error)
      void client.end().catch(() => undefined)
      timer = setTimeout(connect, AGAIN_AFTER_MS)
    }
    client.on('error', again)
    client.on('end', () => again(new Error('the connection for news ended')))
    client.on('notification', ({ payload }) => heard(payload ?? ''))
    client
      .connect()
      .then(() => client.query(`listen ${pg.escapeIdentifier(channel)}`))
      .catch(again)
  }
  connect()
  return async () => {
    isOver = true
    clearTimeout(timer)
    await client.end().catch(() => undefined)
  }
}
