import { randomBytes } from 'node:crypto'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { json } from 'node:stream/consumers'
import { z } from 'zod'
import { makePrivateFolder } from '../data-folder/private-folder.ts'
import type { Backend } from './backend.ts'

/** What is done about shops and their devices at the service's own computer. */
export type Administration = Pick<
  Backend,
  'addShop' | 'addToken' | 'revokeToken' | 'listShops' | 'listDevices' | 'listPlaces' | 'openPairing' | 'setNas'
>

const METHODS = [
  'addShop',
  'addToken',
  'revokeToken',
  'listShops',
  'listDevices',
  'listPlaces',
  'openPairing',
  'setNas',
] as const
const callSchema = z.object({ method: z.enum(METHODS), args: z.array(z.string()) })

/** Where the running service takes commands, in a file that only its user reads. */
const placeSchema = z.object({
  url: z.string(),
  secret: z.string(),
  listening: z.string(),
  fingerprint: z.string().optional(),
})
export type ServicePlace = Pick<z.infer<typeof placeSchema>, 'listening' | 'fingerprint'>

/** Lets the commands of this computer reach the service that has the folder; until the function that it returns is called. */
export async function takeCommands(folder: string, backend: Administration, place: ServicePlace): Promise<() => void> {
  const secret = randomBytes(32).toString('base64url')
  const server = createServer(async (request, response) => {
    const call = request.headers.authorization === secret ? callSchema.safeParse(await json(request)) : undefined
    if (call?.success !== true) return void response.writeHead(403).end()
    const [first = '', second = ''] = call.data.args
    try {
      response.end(JSON.stringify(await backend[call.data.method](first, second)))
    } catch (error) {
      response.writeHead(500).end(String(error))
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  // With a database elsewhere nothing else has been written here yet.
  makePrivateFolder(folder)
  const file = controlFile(folder)
  writeFileSync(file, JSON.stringify({ url: `http://127.0.0.1:${port}`, secret, ...place }), { mode: 0o600 })
  return () => {
    rmSync(file, { force: true })
    server.close()
    server.closeIdleConnections()
  }
}

/** Where a service said that it is; it may have been killed since. */
export function servicePlace(folder: string): ServicePlace | null {
  return readPlace(controlFile(folder))
}

/** The service that runs on the folder, if one does. */
export async function runningService(
  folder: string,
): Promise<(Administration & { readonly place: ServicePlace }) | null> {
  const place = readPlace(controlFile(folder))
  if (place === null) return null
  const ask = async <M extends keyof Administration>(
    method: M,
    ...args: string[]
  ): Promise<Awaited<ReturnType<Administration[M]>>> => {
    const answer = await fetch(place.url, {
      method: 'POST',
      headers: { authorization: place.secret },
      body: JSON.stringify({ method, args }),
    })
    if (!answer.ok) throw new Error(await answer.text())
    return answer.json()
  }
  try {
    await ask('listDevices')
  } catch (error) {
    // The file of one that was killed.
    if (error instanceof TypeError) return null
    throw error
  }
  return {
    place,
    addShop: (...args) => ask('addShop', ...args),
    addToken: (...args) => ask('addToken', ...args),
    revokeToken: (...args) => ask('revokeToken', ...args),
    listShops: () => ask('listShops'),
    listDevices: () => ask('listDevices'),
    listPlaces: () => ask('listPlaces'),
    openPairing: (...args) => ask('openPairing', ...args),
    setNas: (...args) => ask('setNas', ...args),
  }
}

function controlFile(folder: string): string {
  return join(folder, 'control.json')
}

function readPlace(file: string): z.infer<typeof placeSchema> | null {
  try {
    return placeSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    return null
  }
}
