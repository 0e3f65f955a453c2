// The stand-in for Electron's binary: electron [--inspect=N] [--remote-debugging-port=N] [-r MODULE] APP [ARG ...]
import { existsSync, readFileSync, statSync } from 'node:fs'
import inspector from 'node:inspector'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { App } from './app.ts'
import { findChromium, launchChromium } from './chromium.ts'
import { parseCommandLine } from './command-line.ts'
import { createElectron } from './create-electron.ts'
import { mapElectron } from './hooks.ts'
import { createJournal } from './journal.ts'

interface Manifest {
  readonly main?: string
  readonly name?: string
  readonly productName?: string
  readonly version?: string
}

const exe = join(import.meta.dirname, 'dist', 'electron')
const argv = process.argv.slice(2)
const { app: appArgument, requires, inspectPort, debugPort } = parseCommandLine(argv)
const executable = findChromium(process.env)
if (executable === undefined) {
  console.error('electron stand-in: no Chromium found. Install it (apt-get install chromium) or set STANDIN_CHROMIUM.')
  process.exit(1)
}
if (inspectPort !== undefined) inspector.open(inspectPort, '127.0.0.1', false)

const at = resolve(appArgument)
const folder = statSync(at).isDirectory() ? at : dirname(at)
const manifestPath = join(folder, 'package.json')
const manifest: Manifest = existsSync(manifestPath) ? JSON.parse(readFileSync(manifestPath, 'utf8')) : {}
const entry = folder === at ? join(folder, manifest.main ?? 'index.js') : at

const journal = createJournal()
const launching = launchChromium({
  executable,
  debugPort: debugPort ?? '0',
  headed: process.env.STANDIN_HEADED === '1' && process.env.DISPLAY !== undefined,
})
process.argv = [exe, ...argv]
const app = new App({
  name: manifest.productName ?? manifest.name ?? 'Electron',
  version: manifest.version ?? '0.0.0',
  appPath: folder,
  exe,
  env: process.env,
  journal,
  shutDown: async () => (await launching).close(),
})
globalThis.__standin = {
  electron: createElectron({ app, chromium: launching, journal, env: process.env }),
  journal,
}
mapElectron(new URL('./main-module.ts', import.meta.url))

const chromium = await launching.catch((error: Error) => {
  console.error(`electron stand-in: ${executable} did not start: ${error.message}`)
  process.exit(1)
})
chromium.process.once('exit', () => app.exit(1))
const require = createRequire(manifestPath)
const { version } = createRequire(import.meta.url)('electron/package.json') as { version: string }
for (const [name, value] of Object.entries({
  type: 'browser',
  defaultApp: true,
  resourcesPath: join(folder, 'resources'),
  versions: { ...process.versions, electron: version, chrome: chromium.version },
}))
  Object.defineProperty(process, name, { value, enumerable: true })
process.on('unhandledRejection', (reason) => console.error('(electron stand-in) unhandled rejection:', reason))
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => app.quit())

// The inspector may ask for the module at any time, so it must be in the cache of require.
require('electron')
for (const path of requires) require(resolve(path))
// Only now may a driver attach: Playwright runs the code of its loader right after this line.
if (debugPort !== undefined) console.error(`\nDevTools listening on ${chromium.debugUrl}\n`)
await import(pathToFileURL(entry).href)
app.becomeReady()
