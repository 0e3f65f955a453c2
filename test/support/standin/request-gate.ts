import type { CdpEvent, CdpSession } from './cdp.ts'
import type { Schemes } from './schemes.ts'
import type { StandinSession } from './session.ts'

type Paused = CdpEvent<'Fetch.requestPaused'>

export interface GateOptions {
  readonly schemes: Schemes
  readonly session: StandinSession
  /** Whether the main frame may go to `url`. */
  mayNavigate(url: string): boolean
}

/** Everything that a page requests and the app has a word in: navigation, its own schemes, response headers. */
export async function gateRequests(page: CdpSession, frameId: string, options: GateOptions): Promise<void> {
  page.on('Fetch.requestPaused', (paused) => {
    // A page that closes meanwhile needs no answer.
    decide(page, frameId, paused, options).catch(() => undefined)
  })
  await page.send('Fetch.enable', {
    patterns: [
      { urlPattern: '*', resourceType: 'Document' },
      ...options.schemes.patterns().map((urlPattern) => ({ urlPattern })),
      ...['http://*', 'https://*'].map((urlPattern) => ({ urlPattern, requestStage: 'Response' as const })),
    ],
  })
}

async function decide(page: CdpSession, frameId: string, paused: Paused, options: GateOptions): Promise<unknown> {
  const { requestId, request, resourceType } = paused
  if (paused.responseStatusCode !== undefined) return passHeaders(page, paused, options.session)
  const url = options.schemes.outer(request.url)
  if (resourceType === 'Document' && paused.frameId === frameId && !options.mayNavigate(url))
    return page.send('Fetch.failRequest', { requestId, errorReason: 'Aborted' })
  if (url === request.url && options.schemes.handlerOf(url) === undefined)
    return page.send('Fetch.continueRequest', { requestId })
  return answerByHandler(page, paused, url, options.schemes)
}

async function answerByHandler(
  page: CdpSession,
  { requestId, request }: Paused,
  url: string,
  schemes: Schemes,
): Promise<unknown> {
  const handler = schemes.handlerOf(url)
  if (handler === undefined) return page.send('Fetch.failRequest', { requestId, errorReason: 'Failed' })
  try {
    const body = request.postData === undefined ? {} : { body: request.postData }
    const response = await handler(new Request(url, { method: request.method, headers: request.headers, ...body }))
    const responseHeaders = [...response.headers].map(([name, value]) => ({
      name,
      value: name === 'content-security-policy' ? schemes.innerPolicy(value) : value,
    }))
    return await page.send('Fetch.fulfillRequest', {
      requestId,
      responseCode: response.status,
      responseHeaders,
      body: Buffer.from(await response.arrayBuffer()).toString('base64'),
    })
  } catch (error) {
    console.error(`electron stand-in: the handler of ${url} failed:`, error)
    return page.send('Fetch.failRequest', { requestId, errorReason: 'Failed' })
  }
}

async function passHeaders(page: CdpSession, paused: Paused, session: StandinSession): Promise<unknown> {
  const { requestId, request, resourceType, responseStatusCode: statusCode = 200, responseHeaders = [] } = paused
  const headers: Record<string, string[]> = {}
  for (const { name, value } of responseHeaders) headers[name] = [...(headers[name] ?? []), value]
  const { url, method } = request
  const answer = await session.headersReceived({ url, method, resourceType, statusCode, headers })
  if (answer === undefined) return page.send('Fetch.failRequest', { requestId, errorReason: 'BlockedByClient' })
  if (answer === headers) return page.send('Fetch.continueResponse', { requestId })
  const changed = Object.entries(answer).flatMap(([name, values]) => [values].flat().map((value) => ({ name, value })))
  // Headers changed by continueResponse come too late for a content security policy; those of a new response do not.
  const { body, base64Encoded } = await page.send('Fetch.getResponseBody', { requestId })
  return page.send('Fetch.fulfillRequest', {
    requestId,
    responseCode: statusCode,
    responseHeaders: changed,
    body: base64Encoded ? body : Buffer.from(body).toString('base64'),
  })
}
