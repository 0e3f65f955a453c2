import { randomUUID } from 'node:crypto'
import { resolve } from 'node:path'
import { homePath } from '../engine/home-path.ts'
import type { MatchingPreset } from '../shared/domain/match.ts'
import {
  backendUrlSchema,
  DEFAULT_NAME_PATTERN,
  MAX_CONNECTIONS,
  type Nas,
  nameSchema,
  nasSchema,
  type Shop,
  type Template,
  type VerifyPolicy,
} from '../shared/domain/shop.ts'
import type { EngineContract, ShopSetup } from '../shared/ipc/engine.ts'
import type { Peer } from '../shared/worker/peer.ts'
import { CliError, orEnd, usageError } from './cli-error.ts'
import { EXIT } from './exit-codes.ts'
import { type PrintOptions, withPrint } from './print-options.ts'
import { printable } from './printable.ts'
import { confirm, isAttended } from './prompt.ts'
import { checkSecretFiles, type Secrets } from './secrets.ts'
import { type SignInAttempt, signIn, signInOf } from './sign-in.ts'
import { detailLine, SPEECH, type Speech } from './speech.ts'

export interface ShopOptions extends PrintOptions {
  /** For a program that reads along: nothing is asked. */
  readonly json: boolean
  readonly speech: Speech
  readonly shop?: string
  readonly template?: string
  readonly nas?: string
  readonly identity?: string
  readonly connections?: string
  readonly verify?: 'automatic' | VerifyPolicy
  readonly oldAlgorithms?: 'on' | 'off'
  readonly matching?: MatchingPreset
  readonly hostKey?: string
  readonly trustOnFirstUse?: boolean
  readonly backend?: string
  readonly backendKey?: string
  readonly tokenFile?: string
  readonly passwordFile?: string
  readonly passphraseFile?: string
}

const DEFAULT_SHOP = 'My shop'
const DEFAULT_TEMPLATE = 'UVDTF 16oz'

/** Finds or makes the shop and the template that the command names, with the NAS and backend given. What was given once
 *  is remembered. */
export async function setUpShop(
  engine: Peer<EngineContract>,
  secrets: Secrets,
  options: ShopOptions,
): Promise<{ shop: Shop; template: Template }> {
  checkSecretFiles(options)
  const shopName = checkName('--shop', options.shop)
  const templateName = checkName('--template', options.template)
  const setups = orEnd(await engine.call('listShops', null))
  const known = findShop(setups, shopName)
  const before = known?.shop ?? newShop(shopName ?? DEFAULT_SHOP)
  const { shop, nas } = await saveShop(engine, secrets, before, options)
  if (known === undefined && shop.backendUrl === null) console.error(printable(keptHere(shop.name)))
  const template = await setUpTemplate(engine, shop, known?.templates ?? [], templateName, options)
  await reachNas(engine, secrets, shop.id, nas, options)
  return { shop, template }
}

/** Corrects what is known of a shop with the NAS, backend and host key given. */
export async function correctShop(
  engine: Peer<EngineContract>,
  secrets: Secrets,
  before: Shop,
  options: ShopOptions,
): Promise<void> {
  const { shop, nas } = await saveShop(engine, secrets, before, options)
  await reachNas(engine, secrets, shop.id, nas, options)
}

function newShop(name: string): Shop {
  return { id: randomUUID(), name, kind: 'real', nas: null, backendUrl: null }
}

async function saveShop(
  engine: Peer<EngineContract>,
  secrets: Secrets,
  before: Shop,
  options: ShopOptions,
): Promise<{ shop: Shop; nas: Nas }> {
  if (options.backend !== undefined) checkBackendUrl('--backend', options.backend)
  const nas =
    options.nas === undefined
      ? withIdentity(before.nas, options.identity)
      : { ...transferOf(before.nas), ...parseNas(options.nas, options.identity) }
  const shop: Shop = {
    ...before,
    nas: nas === null ? null : withTransfer(nas, options),
    backendUrl: options.backend ?? before.backendUrl,
    ...(options.backendKey === undefined
      ? {}
      : { backendFingerprint: checkFingerprint('--backend-key', options.backendKey) }),
    ...(options.matching === undefined ? {} : { matching: options.matching }),
  }
  if (shop.nas === null)
    throw usageError(`The shop "${shop.name}" has no NAS yet: give --nas sftp://user@host:port/folder`)
  secrets.use(shop.id, options)
  orEnd(await engine.call('saveShop', shop))
  return { shop, nas: shop.nas }
}

function withIdentity(nas: Nas | null, identity: string | undefined): Nas | null {
  return nas === null || identity === undefined ? nas : { ...nas, identityFile: resolve(homePath(identity)) }
}

/** How files are sent and verified stays as it was when the NAS gets another address. */
function transferOf(nas: Nas | null): Pick<Nas, 'maxConnections' | 'verify' | 'oldAlgorithms'> {
  if (nas === null) return {}
  const { maxConnections, verify, oldAlgorithms } = nas
  return {
    ...(maxConnections === undefined ? {} : { maxConnections }),
    ...(verify === undefined ? {} : { verify }),
    ...(oldAlgorithms === undefined ? {} : { oldAlgorithms }),
  }
}

/** How the NAS is spoken to, where the options say something of it. */
export function withTransfer(
  nas: Nas,
  { connections, verify, oldAlgorithms }: Pick<ShopOptions, 'connections' | 'verify' | 'oldAlgorithms'>,
): Nas {
  const { verify: before, oldAlgorithms: allowed, ...rest } = nas
  const policy = verify ?? before
  const allows = oldAlgorithms === undefined ? allowed : oldAlgorithms === 'on'
  const checked = nasSchema.safeParse({
    ...rest,
    ...(connections === undefined ? {} : { maxConnections: Number(connections) }),
    ...(policy === undefined || policy === 'automatic' ? {} : { verify: policy }),
    ...(allows === true ? { oldAlgorithms: true } : {}),
  })
  if (!checked.success) throw usageError(`--connections: give a number from 1 to ${MAX_CONNECTIONS}.`)
  return checked.data
}

/** A name given on the command line, without blanks around it. */
function checkName(option: string, name: string | undefined): string | undefined {
  if (name === undefined) return undefined
  const checked = nameSchema.safeParse(name)
  if (!checked.success) throw usageError(`${option}: ${checked.error.issues[0]?.message}`)
  return checked.data
}

function checkFingerprint(option: string, given: string): string {
  if (!/^SHA256:[A-Za-z0-9+/]{43}$/.test(given)) throw usageError(`${option}: ${given} is not SHA256:...`)
  return given
}

function keptHere(shopName: string): string {
  return `This computer keeps the records of ${shopName}, as no --backend is given. \`galley pair\` moves them to a team's.`
}

/** Words for a backend whose token is for a shop of another name; empty when it is the shop's own. */
export function otherShop(shopName: string, tokenShopName: string, speech: Speech): string {
  return tokenShopName === shopName ? '' : speech.otherShop(tokenShopName, shopName)
}

/** The shop of that name, or the only one. */
export function findShop(setups: readonly ShopSetup[], name: string | undefined): ShopSetup | undefined {
  if (name !== undefined) return setups.find(({ shop }) => shop.name === name)
  if (setups.length > 1) {
    throw usageError(`Which shop? Give --shop, one of: ${setups.map(({ shop }) => shop.name).join(', ')}`)
  }
  return setups[0]
}

/** The template of that name, or the only one. */
function findTemplate(known: readonly Template[], name: string | undefined): Template | undefined {
  if (name !== undefined) return known.find((one) => one.name === name)
  if (known.length > 1) {
    throw usageError(`Which template? Give --template, one of: ${namesOf(known)}`)
  }
  return known[0]
}

function namesOf(templates: readonly Template[]): string {
  return templates.map(({ name }) => name).join(', ')
}

/** The shop and the template that the command names; null when they are not known. */
export async function knownTemplate(
  engine: Peer<EngineContract>,
  { shop: shopName, template: templateName }: Pick<ShopOptions, 'shop' | 'template'>,
): Promise<{ shop: Shop; template: Template } | null> {
  const setup = findShop(orEnd(await engine.call('listShops', null)), shopName)
  const template = findTemplate(setup?.templates ?? [], templateName)
  return setup === undefined || template === undefined ? null : { shop: setup.shop, template }
}

async function setUpTemplate(
  engine: Peer<EngineContract>,
  shop: Shop,
  known: readonly Template[],
  name: string | undefined,
  options: ShopOptions,
): Promise<Template> {
  const here = findTemplate(known, name)
  const all = here === undefined ? await shopsTemplates(engine, shop.id) : known
  const found = here ?? findTemplate(all, name)
  const before = found ?? newTemplate(shop.id, name ?? DEFAULT_TEMPLATE)
  // A slip in a name makes a template too, with numbers of its own.
  if (found === undefined && all.length > 0) {
    console.error(printable(`"${before.name}" is a new template; there were: ${namesOf(all)}.`))
  }
  const template = withPrint(before, options)
  if (template === found) return found
  const { templateId } = orEnd(await engine.call('saveTemplate', template))
  return { ...template, id: templateId }
}

/** As the shop's service has them, where it answers. */
async function shopsTemplates(engine: Peer<EngineContract>, shopId: string): Promise<readonly Template[]> {
  await engine.call('readTemplates', { shopId })
  const setups = orEnd(await engine.call('listShops', null))
  return setups.find(({ shop }) => shop.id === shopId)?.templates ?? []
}

/** As it is printed where nothing is said. */
export function newTemplate(shopId: string, name: string): Template {
  const print = { widthInches: 9.5, heightInches: 4.33, dpi: 300, fit: 'contain' } as const
  return { id: randomUUID(), shopId, name, ...print, namePattern: DEFAULT_NAME_PATTERN }
}

const ZONE = /(?<=^sftp:\/\/[^/]*\[fe80:[0-9a-f:.]*)%(?:25)?([\w.~-]+)\]/i

/** A secret in it would stand in the catalog and in logs: it is not repeated. */
export function checkBackendUrl(what: string, url: string): void {
  if (backendUrlSchema.safeParse(url).success) return
  if (!URL.canParse(url)) throw usageError(`${what}: not the address of a service, such as https://nas:4200`)
  const { username, password, protocol } = new URL(url)
  if (username !== '' || password !== '')
    throw usageError(`${what}: leave out user and password. A token is read from --token-file.`)
  throw usageError(`${what}: begins with https: or http:, not with ${protocol}`)
}

/** `sftp://user@host[:port]/folder`, parsed. Passwords have no place in it. */
export function parseNas(address: string, identity: string | undefined): Nas {
  // The zone of a link-local IPv6 address, `%eth0` or as in RFC 6874 `%25eth0`, has no place in a URL of the web's.
  const [, zone = ''] = ZONE.exec(address) ?? []
  const plain = zone === '' ? address : address.replace(ZONE, ']')
  const url = URL.canParse(plain) ? new URL(plain) : null
  // The address is not repeated: it may have a password in it.
  const form = 'sftp://user@host:port/folder, special characters as %20'
  if (url === null || url.protocol !== 'sftp:' || url.hostname === '')
    throw usageError(`--nas: not of the form ${form}`)
  if (url.password !== '')
    throw usageError('--nas: no password on the command line; use --password-file or the prompt.')
  if (url.username === '') throw usageError(`--nas: the user is missing: ${form}`)
  const [user, path] = [url.username, url.pathname].map(decode)
  if (user === undefined || path === undefined || `${url.search}${url.hash}` !== '') {
    throw usageError(`--nas: not of the form ${form}`)
  }
  const root = path.replace(/\/+$/, '')
  const nas = nasSchema.safeParse({
    host: url.hostname.replace(/^\[|\]$/g, '') + (zone === '' ? '' : `%${zone}`),
    port: url.port === '' ? 22 : Number(url.port),
    user,
    root: root === '' ? '/' : root,
    ...(identity === undefined ? {} : { identityFile: resolve(homePath(identity)) }),
  })
  if (!nas.success) throw usageError(`--nas: ${nas.error.issues[0]?.path.join('.')}: ${nas.error.issues[0]?.message}`)
  return nas.data
}

/** A part of the address as it is meant; undefined when it is no UTF-8. */
function decode(part: string): string | undefined {
  try {
    return decodeURIComponent(part)
  } catch {
    return undefined
  }
}

/** Pins the host key that was given, that the NAS shows at first use, or that a person confirms; then signs in, so that
 *  all questions are asked before the work is shown. What else is in the way, the work waits for. */
export async function reachNas(
  engine: Peer<EngineContract>,
  secrets: Secrets,
  shopId: string,
  { host, port }: Nas,
  { hostKey, trustOnFirstUse, json, speech }: Pick<ShopOptions, 'hostKey' | 'trustOnFirstUse' | 'json' | 'speech'>,
  attempt: SignInAttempt = signInOf(engine, shopId),
): Promise<void> {
  const mayAsk = isAttended() && !json
  if (hostKey !== undefined) checkFingerprint('--host-key', hostKey)
  const first = hostKey === undefined ? await attempt({}) : null
  if (first?.ok === true) return
  const shown = first?.failure.code === 'host-key-unknown' ? detailLine(first.failure.detail, speech) : undefined
  const fingerprint = hostKey ?? shown
  if (fingerprint === undefined) {
    if (mayAsk) await signIn(secrets, shopId, attempt, speech, first?.failure)
    return
  }
  if (shown !== undefined && trustOnFirstUse !== true) await confirmHostKey(`${host}:${port}`, shown, speech)
  orEnd(await engine.call('trustHostKey', { host, port, fingerprint }))
  if (mayAsk) await signIn(secrets, shopId, attempt, speech)
}

async function confirmHostKey(address: string, shown: string, { ask }: Speech): Promise<void> {
  if (await confirm(ask.isYourNas(address, shown), ask.sure)) return
  const say = ({ nasNotKnown }: Speech): string => nasNotKnown(address, shown)
  throw new CliError(say(SPEECH.en), EXIT.fault, 'host-key-unknown', say)
}
