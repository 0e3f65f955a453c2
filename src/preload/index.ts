import { contextBridge, type IpcRendererEvent, ipcRenderer, webUtils } from 'electron'
import { callChannel, eventChannel, ROUTES, WINDOW_EVENTS } from '../shared/ipc/routes.ts'
import type { GalleyBridge } from '../shared/ipc/window.ts'

const calls = Object.fromEntries(
  ROUTES.map((route) => [route, (input: unknown = null) => ipcRenderer.invoke(callChannel(route), input)]),
)

const bridge = {
  ...calls,
  pathOf: (file: File) => webUtils.getPathForFile(file),
  on(event: (typeof WINDOW_EVENTS)[number], listener: (payload: unknown) => void) {
    if (!WINDOW_EVENTS.includes(event)) throw new Error(`no event ${event}`)
    // The window gets the payload only: Electron's event would hand it the sender.
    const hear = (_event: IpcRendererEvent, payload: unknown): void => listener(payload)
    ipcRenderer.on(eventChannel(event), hear)
    return () => void ipcRenderer.removeListener(eventChannel(event), hear)
  },
}

// Made from the list of names, which TypeScript cannot follow; the types of the calls are main's handlers' own.
contextBridge.exposeInMainWorld('galley', bridge as unknown as GalleyBridge)
