import type { CustomScheme, Protocol } from 'electron'
import { strict } from './strict.ts'

type Handler = Parameters<Protocol['handle']>[1]

const SUFFIX = 'standin.invalid'

/** Electron's `protocol`. Chromium cannot navigate to a scheme it does not know, so `app://host/path` is loaded inside as
 *  `https://host.app.standin.invalid/path`, answered by the handler; outwards it stays `app://host/path`. */
export class Schemes {
  readonly #privileged = new Set<string>()
  readonly #handlers = new Map<string, Handler>()
  readonly #isReady: () => boolean

  constructor(isReady: () => boolean) {
    this.#isReady = isReady
  }

  registerSchemesAsPrivileged(schemes: CustomScheme[]): void {
    if (this.#isReady()) throw new Error('protocol.registerSchemesAsPrivileged should be called before app is ready')
    for (const { scheme, privileges } of schemes) {
      if (privileges?.standard !== true || privileges.secure !== true)
        throw new Error(`electron stand-in: the scheme ${scheme} without standard and secure is not implemented`)
      this.#privileged.add(scheme)
    }
  }

  handle(scheme: string, handler: Handler): void {
    if (!this.#privileged.has(scheme))
      throw new Error(`electron stand-in: protocol.handle for ${scheme}, which is not privileged, is not implemented`)
    if (this.#handlers.has(scheme)) throw new Error(`The scheme '${scheme}' has been registered`)
    this.#handlers.set(scheme, handler)
  }

  unhandle(scheme: string): void {
    this.#handlers.delete(scheme)
  }

  isProtocolHandled(scheme: string): boolean {
    return this.#handlers.has(scheme)
  }

  handlerOf(url: string): Handler | undefined {
    return this.#handlers.get(new URL(url).protocol.slice(0, -1))
  }

  /** The address as Chromium loads it. */
  inner(url: string): string {
    const { protocol, host, pathname, search, hash } = new URL(url)
    const scheme = protocol.slice(0, -1)
    if (!this.#privileged.has(scheme)) return url
    return `https://${host}.${scheme}.${SUFFIX}${pathname || '/'}${search}${hash}`
  }

  /** The address as the app knows it. */
  outer(url: string): string {
    const match = /^https:\/\/([^/]+)\.([a-z][a-z0-9-]*)\.standin\.invalid(\/.*)?$/.exec(url)
    const [, host, scheme, rest = '/'] = match ?? []
    return host !== undefined && scheme !== undefined && this.#privileged.has(scheme)
      ? `${scheme}://${host}${rest}`
      : url
  }

  /** A content security policy that names `app://host` also means the address inside. Chromium, which does not know the
   *  scheme, matches a picture's `app://host/path` with the scheme alone. */
  innerPolicy(policy: string): string {
    return policy.replaceAll(/\b([a-z][a-z0-9-]*):\/\/([\w.-]+)/g, (source, scheme: string, host: string) =>
      this.#privileged.has(scheme) ? `${scheme}: https://${host}.${scheme}.${SUFFIX}` : source,
    )
  }

  /** The patterns of the addresses that a handler answers. */
  patterns(): string[] {
    return [...this.#privileged].flatMap((scheme) => [`${scheme}://*`, `https://*.${scheme}.${SUFFIX}/*`])
  }
}
strict('protocol', Schemes.prototype)
Schemes.prototype satisfies Pick<Protocol, 'registerSchemesAsPrivileged' | 'handle' | 'unhandle' | 'isProtocolHandled'>
