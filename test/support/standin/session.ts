import type { Session as ElectronSession, WebRequest, WebRequestFilter } from 'electron'
import type { CdpSession } from './cdp.ts'
import { strict } from './strict.ts'

type HeadersListener = Parameters<WebRequest['onHeadersReceived']>[0] & object
type RequestHandler = NonNullable<Parameters<ElectronSession['setPermissionRequestHandler']>[0]>
type CheckHandler = NonNullable<Parameters<ElectronSession['setPermissionCheckHandler']>[0]>
type Permission = Parameters<RequestHandler>[1]

export interface ReceivedHeaders {
  readonly url: string
  readonly method: string
  readonly resourceType: string
  readonly statusCode: number
  readonly headers: Record<string, string[]>
}

/** Chromium's names for permissions, with the name that Electron's handlers know each by. */
const PERMISSIONS: readonly (readonly [chromium: string, electron: Permission])[] = [
  ['geolocation', 'geolocation'],
  ['notifications', 'notifications'],
  ['camera', 'media'],
  ['microphone', 'media'],
  ['midi', 'midi'],
  ['clipboard-read', 'clipboard-read'],
  ['clipboard-write', 'clipboard-sanitized-write'],
  ['idle-detection', 'idle-detection'],
]

class StandinWebRequest {
  listener: HeadersListener | undefined

  onHeadersReceived(filter: WebRequestFilter | HeadersListener | null, listener?: HeadersListener | null): void {
    if (typeof filter === 'function' || filter === null) this.listener = filter ?? undefined
    else if (filter.urls.every((url) => url === '<all_urls>' || url === '*://*/*'))
      this.listener = listener ?? undefined
    else throw new Error('electron stand-in: session.webRequest.onHeadersReceived with a filter is not implemented')
  }
}
strict('session.webRequest', StandinWebRequest.prototype)

/** Electron's session: what the pages may do and which headers they see. Permissions are put to Chromium before a page
 *  loads, because the protocol cannot ask at the moment of the request. */
export class StandinSession {
  readonly webRequest = new StandinWebRequest()
  #request: RequestHandler | null = null
  #check: CheckHandler | null = null

  setPermissionRequestHandler(handler: RequestHandler | null): void {
    this.#request = handler
  }

  setPermissionCheckHandler(handler: CheckHandler | null): void {
    this.#check = handler
  }

  /** Tells Chromium what the handlers answer for `origin`. Without a handler all is granted, as in Electron. */
  async applyPermissions(browser: CdpSession, contents: object, outerUrl: string, origin: string): Promise<void> {
    for (const [name, permission] of PERMISSIONS) {
      const granted = await this.#isGranted(contents, permission, outerUrl)
      const setting = granted ? 'granted' : 'denied'
      await browser.send('Browser.setPermission', { permission: { name }, setting, origin }).catch((error: unknown) => {
        throw new Error(`electron stand-in: Chromium does not take the permission ${name}`, { cause: error })
      })
    }
  }

  async #isGranted(contents: object, permission: Permission, url: string): Promise<boolean> {
    const details = { isMainFrame: true, requestingUrl: url, securityOrigin: url }
    const asked = contents as Parameters<RequestHandler>[0]
    const check = this.#check
    if (check !== null && !check(asked, permission as Parameters<CheckHandler>[1], new URL(url).origin, details))
      return false
    const request = this.#request
    if (request === null) return true
    return new Promise((resolve) => request(asked, permission, resolve, details as Parameters<RequestHandler>[3]))
  }

  /** The response's headers after the app's listener has seen them; undefined when it cancels the response. */
  headersReceived(received: ReceivedHeaders): Promise<Record<string, string | string[]> | undefined> {
    const { listener } = this.webRequest
    if (listener === undefined) return Promise.resolve(received.headers)
    const { url, method, statusCode, headers, resourceType } = received
    const type = resourceType === 'Document' ? 'mainFrame' : resourceType.toLowerCase()
    const details = { id: 0, url, method, statusCode, statusLine: `HTTP/1.1 ${statusCode}`, responseHeaders: headers }
    return new Promise((resolve) =>
      listener({ ...details, resourceType: type } as Parameters<HeadersListener>[0], (answer) =>
        resolve(answer.cancel === true ? undefined : (answer.responseHeaders ?? headers)),
      ),
    )
  }
}
strict('session', StandinSession.prototype)
