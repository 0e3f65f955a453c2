/** The names on the boundary between window and main. No schemas here, so that the preload stays small. */

/** The engine's methods that a window may call. Not among them: `watch`, `activity` and `testConnection` are main's, which
 *  adds to them or tells what they emit; `saveShop` and `pairBackend` too, which keeps the secrets; `thumbnail` is for the
 *  pictures that main serves; `untilRest` would only hold a call open; `preview`, `importDesigns`, `restore`, mockups and
 *  what looks after the catalog are the terminal's. */
export const ENGINE_ROUTES = [
  'listShops',
  'saveTemplate',
  'readTemplates',
  'settleTemplate',
  'trustHostKey',
  'browseNas',
  'makeNasFolder',
  'nasPlace',
  'settlePlace',
  'signIn',
  'testBackend',
  'acceptPaths',
  'pause',
  'resume',
  'prioritize',
  'cancel',
  'takeLinks',
  'undoCancel',
  'retry',
  'takeOver',
  'resendRecords',
  'decide',
  'settleTwins',
  'dropWithdrawn',
  'undoDecisions',
  'limitSpeed',
  'batchItems',
  'clearEnded',
  'failuresSeen',
  'undoClear',
  'rebuiltSeen',
  'recordsKeptSeen',
  'receipt',
  'status',
  'diagnose',
] as const
export type EngineRoute = (typeof ENGINE_ROUTES)[number]

/** What main answers itself. */
const MAIN_ROUTES = [
  'activity',
  'testConnection',
  'pickFiles',
  'pickFolder',
  'saveShop',
  'pairBackend',
  'knownSecrets',
  'startPractice',
  'saveReceipt',
  'openDataFolder',
  'revealLog',
  'appInfo',
  'language',
  'chooseLanguage',
  'watch',
  'restartEngine',
  'quit',
] as const
export type MainRoute = (typeof MAIN_ROUTES)[number]

export type Route = EngineRoute | MainRoute
export const ROUTES: readonly Route[] = [...ENGINE_ROUTES, ...MAIN_ROUTES]

/** What main tells a window unasked. */
export const WINDOW_EVENTS = ['delta', 'engineState', 'menuCommand', 'connectionStep'] as const
export type WindowEvent = (typeof WINDOW_EVENTS)[number]

/** Channel names on Electron's IPC. */
export const callChannel = (route: Route): string => `galley:call:${route}`
export const eventChannel = (event: WindowEvent): string => `galley:event:${event}`
