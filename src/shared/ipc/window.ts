import { z } from 'zod'
import type { ConnectionStepResult } from '../domain/connection-test.ts'
import { languageChoiceSchema, type SpokenLanguage } from '../domain/language.ts'
import type { Result } from '../domain/result.ts'
import type { SecretKind, Shop } from '../domain/shop.ts'
import type { EngineState } from '../domain/work-status.ts'
import type { ProcessVitals } from '../worker/imaging.ts'
import { type Activity, type EngineContract, type EngineDelta, type EngineMethod, engineInputs } from './engine.ts'
import type { EngineRoute, MainRoute, Route, WindowEvent } from './routes.ts'

/** What main answers itself. Inputs are parsed on arrival. */
const mainInputs = {
  /** The engine's activity, and how main itself is doing. */
  activity: z.null(),
  /** Tests a NAS as a form has it; each step comes as an event before the answer, which has all of them. */
  testConnection: engineInputs.testConnection,
  /** Asks for files; empty when the person thought better of it. */
  pickFiles: z.object({ purpose: z.enum(['designs', 'identity-file']) }),
  pickFolder: z.null(),
  /** Saves a shop with the secrets that were typed for it: these are kept, and take the place of others, only with it. */
  saveShop: z.object({ shop: engineInputs.saveShop, secrets: engineInputs.testBackend.shape.secrets }),
  /** Makes this computer a workstation of the shop whose service made the code: saves the service with the shop, and keeps
   *  its token. */
  pairBackend: engineInputs.pairBackend.omit({ device: true }).extend({ shopId: z.string() }),
  /** Which secrets of a shop are known; never the secrets themselves. */
  knownSecrets: z.object({ shopId: z.string().min(1) }),
  /** Starts the practice NAS and backend on this computer and sets up the practice shop. */
  startPractice: z.null(),
  /** Asks where to, then writes the receipt there; null when the person thought better of it. */
  saveReceipt: z.object({ batchId: z.string(), format: z.enum(['csv', 'json']) }),
  openDataFolder: z.null(),
  revealLog: z.null(),
  appInfo: z.null(),
  language: z.null(),
  chooseLanguage: z.object({ choice: languageChoiceSchema }),
  /** Sends this window the engine's state at once and the whole projection as its next `delta`; then changes. */
  watch: z.null(),
  /** Starts the engine again after it was given up. */
  restartEngine: z.null(),
  quit: z.null(),
} as const satisfies Record<MainRoute, z.ZodType>

const inputs: Readonly<Record<EngineMethod | MainRoute, z.ZodType>> = { ...engineInputs, ...mainInputs }

/** The schema by which a route's input is parsed. */
export function inputOf(route: Route): z.ZodType {
  return inputs[route]
}

interface AppInfo {
  readonly version: string
  readonly platform: string
  /** False where the system has no key store: secrets then last until Galley quits, and the window must say so. */
  readonly secretsPersist: boolean
}

export interface WindowActivity extends Activity {
  readonly main: ProcessVitals
}

interface MainOutputs {
  readonly activity: WindowActivity
  readonly testConnection: readonly ConnectionStepResult[]
  readonly pickFiles: readonly string[]
  readonly pickFolder: readonly string[]
  readonly saveShop: { readonly persisted: boolean }
  readonly pairBackend: { readonly shopName: string } & Pick<Shop, 'backendUrl' | 'backendFingerprint'>
  readonly knownSecrets: readonly SecretKind[]
  readonly startPractice: { readonly shopId: string }
  readonly saveReceipt: { readonly path: string } | null
  readonly openDataFolder: null
  readonly revealLog: null
  readonly appInfo: AppInfo
  readonly language: SpokenLanguage
  readonly chooseLanguage: SpokenLanguage
  readonly watch: null
  readonly restartEngine: null
  readonly quit: null
}

type RouteInput<R extends Route> = R extends MainRoute
  ? z.infer<(typeof mainInputs)[R]>
  : R extends EngineRoute
    ? EngineContract[R]['input']
    : never
type RouteOutput<R extends Route> = R extends MainRoute
  ? MainOutputs[R]
  : R extends EngineRoute
    ? EngineContract[R]['output']
    : never

/** What a person asked for in a menu or the tray that the window does. */
export type MenuCommand =
  | { readonly command: 'add-files' | 'add-folder' | 'find' | 'settings' | 'keys' }
  | { readonly command: 'show-batch'; readonly shopId: string; readonly batchId: string }

/** What main tells a window unasked. */
export interface WindowEvents {
  readonly delta: EngineDelta
  readonly engineState: EngineState
  readonly menuCommand: MenuCommand
  readonly connectionStep: ConnectionStepResult
}

/** Asks main; never rejects for an expected reason. */
type RouteCall<R extends Route> =
  RouteInput<R> extends null
    ? () => Promise<Result<RouteOutput<R>>>
    : (input: RouteInput<R>) => Promise<Result<RouteOutput<R>>>

/** `window.galley`: all that a window can do beyond drawing. */
export type GalleyBridge = { readonly [R in Route]: RouteCall<R> } & {
  /** The path of a dropped or picked file or folder; empty when it is not on disk. */
  pathOf(file: File): string
  /** Returns what ends the subscription. */
  on<E extends WindowEvent>(event: E, listener: (payload: WindowEvents[E]) => void): () => void
}

/** Main's handler for each of its routes; one that is missing does not compile. */
export type MainHandlers = {
  readonly [R in MainRoute]: (input: RouteInput<R>) => Promise<Result<RouteOutput<R>>> | Result<RouteOutput<R>>
}

declare global {
  interface Window {
    readonly galley: GalleyBridge
  }
}
