import type { Nas } from '../domain/shop.ts'

/** The practice NAS and backend of this computer, as they run now: ports and token may be others at the next start. */
export interface PracticePlace {
  readonly nas: Nas
  readonly password: string
  /** `SHA256:...` of the practice NAS, made once per folder. */
  readonly fingerprint: string
  readonly backendUrl: string
  readonly token: string
}

/** What the practice process offers. */
export interface PracticeContract {
  /** Starts both over `folder`, which is made if missing; they end with the process. Again: the same answer. */
  readonly start: { readonly input: { readonly folder: string }; readonly output: PracticePlace }
}
