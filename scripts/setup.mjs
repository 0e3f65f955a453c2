// Sets up what is missing, then runs the rest of the command line on the project's own Node:
//   node scripts/setup.mjs [COMMAND [ARG ...]]
// Plain JavaScript without dependencies, because it runs before there are any, on Node 20 or newer.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'

const root = dirname(import.meta.dirname ?? new URL('.', import.meta.url).pathname)
const modules = join(root, 'node_modules')
const nodeBin = join(modules, 'node', 'bin')
const node = join(nodeBin, process.platform === 'win32' ? 'node.exe' : 'node')
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'

install()
buildNativeCrypto()

const [command, ...args] = process.argv.slice(2)
if (command !== undefined) {
  const path = [nodeBin, join(modules, '.bin'), process.env.PATH].join(delimiter)
  const run = spawnSync(command === 'node' ? node : command, args, {
    stdio: 'inherit',
    env: { ...process.env, PATH: path },
    shell: process.platform === 'win32' && command !== 'node',
  })
  if (run.error) stop(`Could not start ${command}: ${run.error.message}`)
  process.exit(run.status ?? 1)
}

/** `npm ci`, unless what is installed is what the lock file says. */
function install() {
  const stamp = join(modules, '.galley-lock')
  const wanted = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted && existsSync(node)) return
  say('Installing packages (npm ci) ...')
  const run = spawnSync(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', process.stderr, process.stderr],
    shell: process.platform === 'win32',
  })
  if (run.status !== 0) stop('npm ci failed. Check the network and the npm registry, then run this again.')
  if (!existsSync(node)) stop('The `node` package brought no binary. Run `npm ci --foreground-scripts` and look why.')
  writeFileSync(stamp, wanted)
}

/** ssh2 falls back to JavaScript without a word, at half the speed, when its binding does not load on this Node. */
function buildNativeCrypto() {
  const crypto = join(modules, 'ssh2', 'lib', 'protocol', 'crypto')
  const loads = () =>
    spawnSync(node, ['-e', `require(${JSON.stringify(join(crypto, 'build', 'Release', 'sshcrypto.node'))})`]).status ===
    0
  if (loads()) return
  const platformNode = join(modules, 'node', 'node_modules')
  const homes = [platformNode, modules]
    .filter(existsSync)
    .flatMap((dir) => readdirSync(dir).map((name) => join(dir, name)))
  const headers = homes.find((home) => existsSync(join(home, 'include', 'node', 'node.h')))
  if (headers === undefined) return say('No Node headers found: uploads use JavaScript crypto, at half the speed.')
  say('Building the SSH crypto for this Node ...')
  const gyp = join(modules, 'node-gyp', 'bin', 'node-gyp.js')
  spawnSync(node, [gyp, 'rebuild', '--silent', `--nodedir=${headers}`, '--real_openssl_major=3'], {
    cwd: crypto,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, PATH: [nodeBin, process.env.PATH].join(delimiter) },
  })
  if (!loads())
    say('The SSH crypto could not be built (it needs python3, make and g++): uploads run at half the speed.')
}

function say(line) {
  process.stderr.write(`${line}\n`)
}

function stop(line) {
  say(line)
  process.exit(1)
}
