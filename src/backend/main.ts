// The record service from the terminal. Records lie in DATABASE_URL, or embedded in a data folder.
import { resolve } from 'node:path'
import { Command } from 'commander'
import { describeFailure } from '../shared/domain/failure.ts'
import { type Backend, createBackend } from './backend.ts'
import type { DatabasePlace } from './database/database.ts'
import { embeddedWorkerEntry } from './database/embedded-worker-entry.ts'
import type { NewToken } from './shops/shops.ts'

const DEFAULT_PORT = 4200

interface PlaceOptions {
  readonly dataDir: string
}

const program = new Command('backend')
  .description(
    "Galley's record service. Records lie in DATABASE_URL (PostgreSQL), or else embedded in the data folder.",
  )
  .option('--data-dir <folder>', 'folder of the embedded database', '.galley/backend')

program
  .command('serve', { isDefault: true })
  .description('answer requests until stopped')
  .option('--host <address>', 'address to listen on; put TLS before anything but this computer', '127.0.0.1')
  .option('--port <number>', 'port to listen on, 0 for a free one', String(DEFAULT_PORT))
  .action(async ({ host, port }: { host: string; port: string }) => {
    const backend = await open(process.stderr)
    const stop = () => void backend.close()
    process.once('SIGINT', stop)
    process.once('SIGTERM', stop)
    try {
      console.log(JSON.stringify({ listening: await backend.listen(host, Number(port)) }))
    } catch (error) {
      await backend.close()
      end(
        `Cannot listen on ${host}, port ${port}: ${error instanceof Error ? error.message : error}. Give another --port.`,
      )
    }
    const reason = await backend.lost
    if (reason !== null) end(`The database ended: ${reason}`)
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
  .action((tokenId: string) =>
    withBackend(async (backend) => {
      if (!(await backend.revokeToken(tokenId))) end(`No token ${tokenId} that is valid. See \`shop list\`.`)
      else console.log(`Revoked ${tokenId}.`)
    }),
  )

await program.parseAsync()

function printToken(shopName: string, device: string, added: NewToken | null, otherwise: string): void {
  if (added === null) end(`${otherwise}: shop ${shopName}. See \`shop list\`.`)
  console.log(JSON.stringify({ shop: shopName, device, ...added }))
}

async function withBackend(use: (backend: Backend) => Promise<void>): Promise<void> {
  const backend = await open()
  try {
    await use(backend)
  } finally {
    await backend.close()
  }
}

async function open(logTo?: NodeJS.WriteStream): Promise<Backend> {
  const url = process.env.DATABASE_URL
  const { dataDir } = program.opts<PlaceOptions>()
  const database: DatabasePlace =
    url === undefined
      ? { kind: 'embedded', folder: resolve(dataDir), workerEntry: embeddedWorkerEntry(import.meta.url) }
      : { kind: 'postgres', url }
  const backend = await createBackend({ database, ...(logTo === undefined ? {} : { logTo }) })
  if (!backend.ok) end(describeFailure(backend.failure))
  return backend.value
}

function end(line: string): never {
  console.error(line)
  process.exit(1)
}
