import { createContext, type ReactNode, useContext } from 'react'
import { useStore } from 'zustand'
import type { GalleyBridge } from '../../shared/ipc/window.ts'
import type { GalleyState, GalleyStore } from './galley-store.ts'

interface GalleyWindow {
  readonly store: GalleyStore
  readonly bridge: GalleyBridge
}

const WindowContext = createContext<GalleyWindow | null>(null)

export function GalleyProvider({ value, children }: { value: GalleyWindow; children: ReactNode }) {
  return <WindowContext value={value}>{children}</WindowContext>
}

/** The window's store and bridge. */
export function useWindow(): GalleyWindow {
  const value = useContext(WindowContext)
  if (value === null) throw new Error('rendered outside GalleyProvider')
  return value
}

/** Part of the window's state; the component draws again only when this part changed. */
export function useGalley<T>(selector: (state: GalleyState) => T): T {
  return useStore(useWindow().store, selector)
}

/** The state's actions, for handlers: reading it draws nothing again. */
export function useActions(): GalleyState {
  return useWindow().store.getState()
}
