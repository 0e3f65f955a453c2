// The record service from the terminal. Records lie in DATABASE_URL, or embedded in a data folder.
import { readFileSync } from 'node:fs'
import { availableParallelism, networkInterfaces, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { Command } from 'commander'
import { describeFailure } from '../shared/domain/failure.ts'
import type { LogFields } from '../shared/worker/log.ts'
import { askHealth } from './ask-health.ts'
import { type Backend, type BackendOptions, createBackend } from './backend.ts'
import { type Administration, runningService, servicePlace, takeCommands } from './control.ts'
import type { DatabasePlace, EmbeddedPlace } from './database/database.ts'
import { backupEmbedded, restoreEmbedded } from './database/embedded-backup.ts'
import { embeddedWorkerEntry } from './database/embedded-worker-entry.ts'
import { isLoopback, isTransport, type Transport } from './http/transport.ts'
import { accessByFiles } from './mockup-worker/nas-access.ts'
import { runWorkerOn, type WorkerPlace } from './mockup-worker/run-worker.ts'
import type { NewToken } from './shops/shops.ts'
import { keptIdentity } from './tls/kept-identity.ts'
import { fingerprintOf, isTlsIdentity } from './tls/tls-identity.ts'

const DEFAULT_PORT = 4200

interface PlaceOptions {
  readonly dataDir: string
}

interface TransportOptions {
  readonly key?: string
  readonly cert?: string
  readonly behindProxy?: string
}

interface WorkerOptions {
  readonly secrets?: string
  readonly designs: string
}

interface ServeOptions extends TransportOptions {
  readonly metricsTokenFile?: string
  readonly host: string
  readonly port: string
}

const program = new Command('backend')
  .description(
    "Galley's record service. Records lie in DATABASE_URL (PostgreSQL), or else embedded in the data folder.",
  )
  .option('--data-dir <folder>', 'folder of the embedded database', '.galley/backend')
  // As `galley`: 1 where the service could not do its work, 2 where it was not asked rightly.
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))

program
  .command('serve', { isDefault: true })
  .description('answer requests until stopped')
  .option('--host <address>', 'address to listen on: 0.0.0.0 for all, by HTTPS', '127.0.0.1')
  .option('--port <number>', 'port to listen on, 0 for a free one', String(DEFAULT_PORT))
  .option('--key <file>', 'PEM file of a private key, instead of one made in the data folder')
  .option('--cert <file>', 'PEM file of its certificate')
  .option('--behind-proxy <address>', 'plain HTTP, for a proxy at this address or subnet that does HTTPS, and no other')
  .option('--metrics-token-file <file>', 'has the token for /metrics from other computers; this one needs none')
  .action(async ({ host, port, metricsTokenFile, ...how }: ServeOptions) => {
    const transport = await transportFor(host, how)
    const metricsToken =
      metricsTokenFile === undefined ? undefined : readText('--metrics-token-file', metricsTokenFile).trim()
    if (metricsToken === '') end(`--metrics-token-file: ${metricsTokenFile} is empty.`)
    const worker = place().kind === 'embedded' ? { worker: workerPlace({ designs: '1' }, 'service') } : {}
    const backend = await open({
      transport,
      logTo: process.stderr,
      ...worker,
      ...(metricsToken === undefined ? {} : { metricsToken }),
    })
    let endCommands = (): void => undefined
    const stop = () => {
      endCommands()
      void backend.close()
    }
    process.once('SIGINT', stop)
    process.once('SIGTERM', stop)
    try {
      const listening = await backend.listen(host, Number(port))
      const fingerprint = transport.kind === 'tls' ? { fingerprint: fingerprintOf(transport.identity) } : {}
      endCommands = await takeCommands(dataFolder(), backend, { listening, ...fingerprint })
      console.log(JSON.stringify({ listening, ...fingerprint }))
    } catch (error) {
      await backend.close()
      end(
        `Cannot listen on ${host}, port ${port}: ${error instanceof Error ? error.message : error}. Give another --port.`,
      )
    }
    const reason = await backend.lost
    if (reason !== null) end(`The database ended: ${reason}`)
  })

program
  .command('health')
  .description('ask the service that runs on the data folder whether it can serve; exit code 0 when it can')
  .action(async () => {
    const place = servicePlace(dataFolder())
    if (place === null) end('The service does not run on this data folder.')
    const said = await askHealth(place.listening)
    if (said.status !== 200) end(said.text)
    console.log(said.text)
  })

program
  .command('backup')
  .description('write all of the embedded database into one file; for PostgreSQL use pg_dump')
  .argument('<file>', 'such as records.tar.gz; replaced when it is there')
  .action(async (file: string) => {
    const done = await backupEmbedded(embeddedPlace('pg_dump'), resolve(file))
    if (!done.ok) end(describeFailure(done.failure))
    console.log(`All of it is in ${resolve(file)}.`)
  })

program
  .command('restore')
  .description('set the embedded database back to a backup; for PostgreSQL use pg_restore')
  .argument('<file>', 'as `backup` wrote it')
  .action(async (file: string) => {
    const done = await restoreEmbedded(embeddedPlace('pg_restore'), resolve(file))
    if (!done.ok) end(describeFailure(done.failure))
    console.log('Set back. What was recorded since is sent again by the workstations.')
    if (done.value !== null) console.log(`The database that was there is kept in ${done.value}.`)
  })

const shop = program.command('shop').description('shops and their tokens')
shop
  .command('add')
  .description('make a shop and its first token, which is shown this once')
  .argument('<name>')
  .option('--device <name>', 'the workstation that the token is for', 'first')
  .action((name: string, { device }: { device: string }) =>
    withBackend(async (backend) =>
      printToken(name, device, await backend.addShop(name, device), 'There is one already'),
    ),
  )
shop
  .command('list')
  .description('shops, how many designs each has, and their tokens')
  .action(() =>
    withBackend(async (backend) => {
      for (const listing of await backend.listShops()) console.log(JSON.stringify(listing))
    }),
  )

const token = program.command('token').description('a token for each workstation')
token
  .command('add')
  .description('a further token of a shop, which is shown this once')
  .argument('<shop>')
  .requiredOption('--device <name>', 'the workstation that the token is for')
  .action((name: string, { device }: { device: string }) =>
    withBackend(async (backend) => printToken(name, device, await backend.addToken(name, device), 'There is none')),
  )
token
  .command('revoke')
  .description('refuse a token from now on')
  .argument('<token-id>', 'see `shop list`')
  .action(revoke)

program
  .command('pair')
  .description('make a code by which a workstation becomes one of the shop, at the running service')
  .requiredOption('--shop <name>', 'the shop')
  .action(async ({ shop: name }: { shop: string }) => {
    const service = await runningService(dataFolder())
    if (service === null) end('The service does not run on this data folder: start it, then pair.')
    const opened = await service.openPairing(name)
    if (opened === null) end(`There is none: shop ${name}. See \`shop list\`.`)
    const { listening, fingerprint } = service.place
    const place = { addresses: addressesOf(listening), ...(fingerprint === undefined ? {} : { fingerprint }) }
    console.log(JSON.stringify({ shop: name, ...opened, ...place }))
  })

const device = program.command('device').description('the workstations of the shops')
device
  .command('list')
  .description('which there are, and when each was last seen')
  .action(() =>
    withBackend(async (backend) => {
      for (const listing of await backend.listDevices()) console.log(JSON.stringify(listing))
    }),
  )
device
  .command('revoke')
  .description('refuse its token from now on')
  .argument('<id>', 'see `device list`')
  .action(revoke)

program
  .command('place')
  .description("the folders of NASes in which the shops' designs lie")
  .command('list')
  .description('which there are, how each workstation comes there, and which records fit none')
  .action(() =>
    withBackend(async (backend) => {
      for (const listing of await backend.listPlaces()) console.log(JSON.stringify(listing))
    }),
  )

const nas = program.command('nas').description("by what workers come to a shop's NAS, where its mockups are to lie")
nas
  .command('set')
  .description('keep address, user and host key; the password or key lies in a file of each worker')
  .argument('<shop>')
  .requiredOption('--nas <address>', "sftp://user@host:port/folder, the root below which the shop's designs lie")
  .requiredOption('--host-key <fingerprint>', "of the NAS, SHA256:..., as the shop's workstations trust it")
  .action((shopName: string, { nas: address, hostKey }: { nas: string; hostKey: string }) =>
    withBackend(async (backend) => {
      const against = await backend.setNas(shopName, JSON.stringify({ nas: nasAt(address), hostKey }))
      if (against !== null) end(against)
      console.log(`Workers come to the NAS of ${shopName} so.`)
    }),
  )

program
  .command('worker')
  .description('make mockups for the service whose DATABASE_URL this is, until stopped')
  .option('--secrets <folder>', 'SHOP.password, or SHOP.key and SHOP.passphrase; by default nas in the data folder')
  .option('--designs <number>', 'designs at a time', String(availableParallelism()))
  .action(async (options: WorkerOptions) => {
    const database = place()
    if (database.kind === 'embedded')
      end('Set DATABASE_URL: the service makes the mockups of an embedded database itself.')
    const worker = await runWorkerOn(database, workerPlace(options, 'worker'))
    if (!worker.ok) end(describeFailure(worker.failure))
    const stop = (): void => void worker.value.stop()
    process.once('SIGINT', stop)
    process.once('SIGTERM', stop)
    console.log(JSON.stringify({ working: true }))
    await worker.value.ended.catch((error) => end(`The database failed: ${error}`))
  })

await program.parseAsync()

function printToken(shopName: string, device: string, added: NewToken | null, otherwise: string): void {
  if (added === null) end(`${otherwise}: shop ${shopName}. See \`shop list\`.`)
  console.log(JSON.stringify({ shop: shopName, device, ...added }))
}

function revoke(tokenId: string): Promise<void> {
  return withBackend(async (backend) => {
    if (!(await backend.revokeToken(tokenId))) end(`No token ${tokenId} that is valid. See \`device list\`.`)
    console.log(`Revoked ${tokenId}.`)
  })
}

/** Of a service on all of this computer's addresses, each by which another computer may reach it. */
function addressesOf(listening: string): readonly string[] {
  const { hostname, protocol, port } = new URL(listening)
  if (hostname !== '0.0.0.0' && hostname !== '[::]') return [listening]
  const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? [])
  return own.flatMap(({ family, internal, address }) =>
    family === 'IPv4' && !internal ? [`${protocol}//${address}:${port}`] : [],
  )
}

/** By the service that runs on the data folder, or else on its database itself. */
async function withBackend(use: (backend: Administration) => Promise<void>): Promise<void> {
  const running = await runningService(dataFolder())
  if (running !== null) return use(running)
  const backend = await open()
  try {
    await use(backend)
  } finally {
    await backend.close()
  }
}

async function transportFor(host: string, { key, cert, behindProxy }: TransportOptions): Promise<Transport> {
  if ((key === undefined) !== (cert === undefined)) end('Give --key and --cert together.')
  if (behindProxy !== undefined) {
    const transport: Transport = { kind: 'proxy', address: behindProxy }
    if (key !== undefined || !isTransport(transport)) end('--behind-proxy: give the address of a proxy, and no --key.')
    return transport
  }
  if (key !== undefined && cert !== undefined) {
    const identity = { key: readText('--key', key), cert: readText('--cert', cert) }
    if (!isTlsIdentity(identity)) end(`${key} and ${cert} are no PEM key with its certificate.`)
    return { kind: 'tls', identity }
  }
  if (isLoopback(host)) return { kind: 'loopback' }
  return { kind: 'tls', identity: await keptIdentity(dataFolder()) }
}

/** An address as `galley --nas` takes it; what is wrong with it the service says. */
function nasAt(address: string): object {
  const url = URL.canParse(address) ? new URL(address) : null
  if (url?.protocol !== 'sftp:' || url.password !== '')
    end('--nas: give sftp://user@host:port/folder, without a password.')
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? 22 : Number(url.port),
    user: decodeURIComponent(url.username),
    root: decodeURIComponent(url.pathname).replace(/(?<=.)\/+$/, ''),
  }
}

function workerPlace({ secrets, designs }: WorkerOptions, name: string): WorkerPlace {
  const log =
    (level: string) =>
    (event: string, fields: LogFields = {}) =>
      console.error(JSON.stringify({ time: new Date().toISOString(), level, event, ...fields }))
  return {
    entryUrl: import.meta.url,
    access: accessByFiles(resolve(secrets ?? join(dataFolder(), 'nas'))),
    scratchFolder: join(tmpdir(), `galley-${name}-${process.pid}`),
    designs: Number(designs),
    log: { info: log('info'), warn: log('warn'), error: log('error') },
  }
}

function dataFolder(): string {
  return resolve(program.opts<PlaceOptions>().dataDir)
}

function readText(option: string, file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    end(`${option}: ${file} cannot be read.`)
  }
}

function place(): DatabasePlace {
  const { DATABASE_URL: url, DATABASE_PASSWORD_FILE: passwordFile } = process.env
  if (url === undefined)
    return { kind: 'embedded', folder: dataFolder(), workerEntry: embeddedWorkerEntry(import.meta.url) }
  if (passwordFile === undefined) return { kind: 'postgres', url }
  if (!URL.canParse(url)) end('DATABASE_URL is no address, such as postgres://user@host/database.')
  const address = new URL(url)
  address.password = encodeURIComponent(readText('DATABASE_PASSWORD_FILE', passwordFile).trim())
  return { kind: 'postgres', url: address.href }
}

/** The embedded database, or the end where there is a server, which has tools of its own. */
function embeddedPlace(tool: string): EmbeddedPlace {
  const database = place()
  return database.kind === 'embedded' ? database : end(`The records lie in DATABASE_URL: use ${tool}.`)
}

async function open(
  how: Pick<BackendOptions, 'transport' | 'logTo' | 'metricsToken' | 'worker'> = {},
): Promise<Backend> {
  const backend = await createBackend({ database: place(), ...how })
  if (!backend.ok) end(describeFailure(backend.failure))
  return backend.value
}

function end(line: string): never {
  console.error(line)
  process.exit(1)
}
