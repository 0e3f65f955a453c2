// Sets up what is missing, then runs the rest of the command line on the project's own Node:
//   node scripts/setup.mjs [COMMAND [ARG ...]]
// Plain JavaScript without dependencies, because it runs before there are any, on Node 20 or newer, under npm 10 or 11.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, lstatSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const windows = process.platform === 'win32'
const root = fileURLToPath(new URL('..', import.meta.url))
const modules = join(root, 'node_modules')
const nodeBin = join(modules, 'node', 'bin')
const node = join(nodeBin, windows ? 'node.exe' : 'node')
const stamp = join(modules, '.galley-lock')

const lock = createHash('sha256')
  .update(readFileSync(join(root, 'package-lock.json')))
  .digest('hex')
// A worktree may borrow another checkout's packages by a link: those are not its own to replace.
const borrowed = lstatSync(modules, { throwIfNoEntry: false })?.isSymbolicLink() === true
if (!borrowed && (!existsSync(node) || !existsSync(stamp) || readFileSync(stamp, 'utf8') !== lock)) {
  installPackages()
  installNode()
  buildNativeCrypto()
  writeFileSync(stamp, lock)
}
const [command, ...args] = process.argv.slice(2)
if (command !== undefined) run(command, args)

function installPackages() {
  say('Installing packages (npm ci) ...')
  const flags = ['--no-audit', '--no-fund', '--loglevel=error', '--fetch-retry-mintimeout=2000']
  const { status, stdout, stderr } = spawnSync('npm', ['ci', ...flags], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: Number.POSITIVE_INFINITY,
    // npm is a .cmd file there, which only a shell starts.
    shell: windows,
  })
  if (status === 0) return
  const output = `${stdout}${stderr}`
  if (/\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ERR_SOCKET_TIMEOUT)\b/.test(output)) {
    stop('The npm registry cannot be reached. Connect this computer to it once, then run this again.')
  }
  say(output.trim())
  stop('npm ci failed, see above.')
}

/** The `node` package brings its binary by an install script, which a person's npm may be told not to run. */
function installNode() {
  const installer = join(modules, 'node', 'installArchSpecificPackage.js')
  if (!existsSync(node)) spawnSync(process.execPath, [installer], { cwd: join(modules, 'node'), stdio: 'ignore' })
  if (!existsSync(node)) stop(`The package \`node\` has no binary for ${process.platform} ${process.arch}.`)
}

/** ssh2 falls back to JavaScript without a word, at half the speed, when its binding does not load on this Node. */
function buildNativeCrypto() {
  const crypto = join(modules, 'ssh2', 'lib', 'protocol', 'crypto')
  const binding = JSON.stringify(join(crypto, 'build', 'Release', 'sshcrypto.node'))
  const loads = () => spawnSync(node, ['-e', `require(${binding})`]).status === 0
  if (loads()) return
  say('Building the SSH crypto for this Node ...')
  const headers = [join(modules, 'node', 'node_modules'), modules]
    .filter(existsSync)
    .flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))
    .find((home) => existsSync(join(home, 'include', 'node', 'node.h')))
  if (headers !== undefined) {
    const gyp = join(modules, 'node-gyp', 'bin', 'node-gyp.js')
    // node-gyp lets npm's settings, such as a person's own nodedir, win over its command line.
    const env = Object.entries(environment()).filter(([name]) => !/^npm_config_/i.test(name))
    spawnSync(node, [gyp, 'rebuild', '--silent', `--nodedir=${headers}`, '--real_openssl_major=3'], {
      cwd: crypto,
      stdio: 'ignore',
      env: Object.fromEntries(env),
    })
  }
  if (!loads()) {
    say('Uploads will run at half the speed: the SSH crypto could not be built. Install python3, make and a C++')
    say('compiler, then run `npm ci` and this again.')
  }
}

/** Ends as the command ends. Ctrl-C is the command's to answer: the terminal sends it there too. */
function run(command, args) {
  const child = spawn(command === 'node' ? node : command, args, {
    stdio: 'inherit',
    env: environment(),
    shell: windows && command !== 'node',
  })
  process.on('SIGINT', () => undefined)
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.once('error', ({ message }) => stop(`Could not start ${command}: ${message}`))
  child.once('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)))
}

function environment() {
  return { ...process.env, PATH: [nodeBin, join(modules, '.bin'), process.env.PATH].join(delimiter) }
}

function say(line) {
  process.stderr.write(`${line}\n`)
}

function stop(line) {
  say(line)
  process.exit(1)
}
