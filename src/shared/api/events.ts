import { z } from 'zod'

/** `GET /v1/events`, a stream of server-sent events: at its beginning, unless `Last-Event-ID` is where the shop is, and
 *  whenever another workstation has stored something. What it is says the feed; an event's id is its rev. */
export const NEWS_EVENT = 'news'
export const newsSchema = z.object({ rev: z.number().int() })

/** On the same stream: jobs of mockups in which something changed. How they are says `GET /v1/mockup-jobs/{id}`. */
export const MOCKUPS_EVENT = 'mockups'

/** Which engine asks: it hears no news of what it sent itself, though another one, of a copied data folder, has its token. */
export const SENDER_HEADER = 'galley-sender'

/** So often something comes, if only a comment: who hears nothing for much longer is not connected any more. */
export const HEARTBEAT_MS = 15_000
