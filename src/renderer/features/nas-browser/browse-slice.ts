import type { Failure } from '../../../shared/domain/failure.ts'
import type { BrowsedFolder } from '../../../shared/domain/nas-folder.ts'
import type { Nas, SecretKind } from '../../../shared/domain/shop.ts'
import type { GalleyBridge } from '../../../shared/ipc/window.ts'
import type { EngineSlice } from '../../stores/engine-slice.ts'
import type { GetSlice, SetSlice } from '../../stores/slice.ts'
import { childOf, nameOf, parentOf } from './paths.ts'

/** The NAS that is browsed, as its form has it. */
export interface BrowsedNas {
  readonly shopId: string
  readonly nas: Nas
  /** Those that were typed; empty where the kept ones are meant. */
  readonly secrets: Partial<Record<SecretKind, string>>
}

export interface Browsing {
  readonly of: BrowsedNas
  /** The folder that is being read, or was asked for last; null: where the sign-in begins. */
  readonly asked: string | null
  readonly isReading: boolean
  /** What was read last. */
  readonly folder: BrowsedFolder | null
  readonly failure: Failure | null
  /** The name that keys act on. */
  readonly pointed: string | null
}

export interface BrowseSlice {
  /** Null while no NAS is browsed. */
  readonly browsing: Browsing | null

  browse(of: BrowsedNas, path: string | null): Promise<void>
  /** Reads another folder of the NAS that is browsed, with the one-time code that it asked for, if it did. */
  goTo(path: string | null, code?: string): Promise<void>
  /** Reads the folder above, and points at the one that was left. */
  goUp(): Promise<void>
  pointAt(name: string | null): void
  /** Makes a folder in the one that is looked at, and goes there; answers whether it is there. */
  makeFolder(name: string): Promise<boolean>
  /** Trusts the key that the NAS shows, and goes on. */
  trustBrowsed(fingerprint: string): Promise<void>
  endBrowsing(): void
}

/** A person's look at the folders of a NAS. An answer that comes after another folder was asked for is dropped. */
export function createBrowseSlice(
  bridge: Pick<GalleyBridge, 'browseNas' | 'makeNasFolder' | 'trustHostKey'>,
  set: SetSlice<BrowseSlice>,
  get: GetSlice<BrowseSlice & Pick<EngineSlice, 'refreshShops'>>,
): BrowseSlice {
  const change = (part: Partial<Browsing>): void =>
    set(({ browsing }) => ({ browsing: browsing === null ? null : { ...browsing, ...part } }))
  let asked = 0

  const read = async (path: string | null, pointed: string | null, code?: string): Promise<void> => {
    const { browsing } = get()
    if (browsing === null) return
    const ask = ++asked
    change({ asked: path, isReading: true, failure: null })
    const result = await bridge.browseNas({ ...browsing.of, path, ...(code === undefined ? {} : { code }) })
    if (ask !== asked) return
    if (result.ok) change({ isReading: false, folder: result.value, pointed: pointed ?? firstFolder(result.value) })
    else change({ isReading: false, failure: result.failure })
  }

  return {
    browsing: null,

    async browse(of, path) {
      set({ browsing: { of, asked: path, isReading: true, folder: null, failure: null, pointed: null } })
      await read(path, null)
    },
    goTo: (path, code) => read(path, null, code),
    async goUp() {
      const path = get().browsing?.folder?.path
      if (path !== undefined && path !== '/') await read(parentOf(path), nameOf(path))
    },
    pointAt: (pointed) => change({ pointed }),
    async makeFolder(name) {
      const { browsing } = get()
      if (browsing?.folder == null) return false
      const path = childOf(browsing.folder.path, name)
      const made = await bridge.makeNasFolder({ ...browsing.of, path })
      if (made.ok) await read(path, null)
      else change({ failure: made.failure })
      return made.ok
    },
    async trustBrowsed(fingerprint) {
      const { browsing } = get()
      if (browsing === null) return
      const { host, port } = browsing.of.nas
      const trusted = await bridge.trustHostKey({ host, port, fingerprint })
      // The shop's trusted identity is another one now.
      if (trusted.ok) await Promise.all([get().refreshShops(), read(browsing.asked, null)])
      else change({ failure: trusted.failure })
    },
    endBrowsing() {
      asked++
      set({ browsing: null })
    },
  }
}

function firstFolder({ entries }: BrowsedFolder): string | null {
  return entries.find(({ kind }) => kind === 'folder')?.name ?? entries[0]?.name ?? null
}
