import { isDeepStrictEqual } from 'node:util'
import { type Failure, failure } from '../../../shared/domain/failure.ts'
import type { Result } from '../../../shared/domain/result.ts'
import type { NasAccess } from '../../../shared/worker/transfer.ts'
import type { FolderRequests } from './folder-requests.ts'
import type { BrowsingConnection } from './open-browsing.ts'

/** `code`: a one-time code, of use where a connection must be opened. */
export interface BrowsedNas {
  readonly access: NasAccess
  readonly code?: string | undefined
}

export interface BrowserOptions {
  readonly idleMs: number
  open(access: NasAccess, code: string | undefined): Promise<Result<BrowsingConnection>>
}

/** Keeps the connection on which a person looks around: one at most, to the NAS that was asked for last. */
export interface Browser {
  /** Does the work on that connection, which is opened if need be and closed when nobody used it for `idleMs`. Where it is
   *  refused, `refused` answers. */
  use<T>(
    to: BrowsedNas,
    work: (folders: FolderRequests) => Promise<Result<T>>,
    refused: (reason: Failure) => Promise<Result<T>>,
  ): Promise<Result<T>>
  close(reason: Failure): void
}

interface Kept {
  readonly access: NasAccess
  readonly opening: Promise<Result<BrowsingConnection>>
  state: BrowsingConnection | 'opening' | 'refused'
}

export function createBrowser({ idleMs, open }: BrowserOptions): Browser {
  let kept: Kept | null = null
  let underWay = 0
  let idle: NodeJS.Timeout | undefined

  const close = (reason: Failure): void => {
    clearTimeout(idle)
    void kept?.opening.then((opened) => {
      if (opened.ok) opened.value.destroy(reason)
    })
    kept = null
  }

  const connection = ({ access, code }: BrowsedNas): Promise<Result<BrowsingConnection>> => {
    if (kept !== null && isUsable(kept) && isSameSignIn(kept.access, access)) return kept.opening
    close(failure('connection-lost', { says: 'another-nas' }))
    const next: Kept = { access, opening: open(access, code), state: 'opening' }
    kept = next
    void next.opening.then((opened) => {
      next.state = opened.ok ? opened.value : 'refused'
    })
    return next.opening
  }

  return {
    async use(to, work, refused) {
      underWay++
      clearTimeout(idle)
      try {
        const opened = await connection(to)
        return opened.ok ? await work(opened.value.folders) : await refused(opened.failure)
      } finally {
        underWay--
        if (underWay === 0) {
          idle = setTimeout(() => close(failure('connection-lost', { says: 'idle' })), idleMs)
          idle.unref()
        }
      }
    },
    close,
  }
}

function isUsable({ state }: Kept): boolean {
  return state === 'opening' || (state !== 'refused' && state.isOpen)
}

/** Would both come to the same NAS in the same way? The shop's folder there, and how files are sent, make no difference. */
export function isSameSignIn(a: NasAccess, b: NasAccess): boolean {
  const signIn = ({ nas, ...access }: NasAccess) => ({
    ...access,
    maxConnections: 0,
    nas: { ...nas, root: '/', maxConnections: 0, verify: undefined },
  })
  return isDeepStrictEqual(signIn(a), signIn(b))
}
