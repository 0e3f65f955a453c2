import { type Kysely, sql } from 'kysely'
import { listenOn } from '../database/listen.ts'
import type { Tables } from '../database/tables.ts'

const CHANNEL = 'galley_mockups'

/** Tells the service, from whatever machine, that something changed in a job. */
export async function tellOfJob(db: Kysely<Tables>, shopId: string, jobId: string): Promise<void> {
  await sql`select pg_notify(${CHANNEL}, ${`${shopId} ${jobId}`})`.execute(db)
}

/** Hears of what workers told; until the function that it returns is called. */
export function hearOfJobs(
  url: string,
  heard: (shopId: string, jobId: string) => void,
  onError: (error: Error) => void,
): () => Promise<void> {
  const hear = (text: string): void => {
    const [shopId, jobId] = text.split(' ')
    if (shopId !== undefined && jobId !== undefined) heard(shopId, jobId)
  }
  return listenOn(url, CHANNEL, hear, onError)
}
