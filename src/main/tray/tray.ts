import { join } from 'node:path'
import { Menu, type MenuItemConstructorOptions, nativeImage, nativeTheme, Tray } from 'electron'
import { type Summary, trayState } from '../background/summary.ts'
import { texts } from '../texts.ts'
import { statusLine, type TrayAction, type TrayItem, trayMenu } from './tray-menu.ts'

export interface GalleyTray {
  show(summary: Summary): void
}

/** Puts Galley in the tray. `icons` holds `{state}-{light|dark}.png`; light is for a light bar. */
export function openTray(icons: string, first: Summary, onAction: (action: TrayAction) => void): GalleyTray {
  const picture = (summary: Summary): Electron.NativeImage =>
    nativeImage.createFromPath(
      join(icons, `${trayState(summary)}-${nativeTheme.shouldUseDarkColors ? 'dark' : 'light'}.png`),
    )
  const tray = new Tray(picture(first))
  let shown = first
  let shownItems = ''

  const show = (summary: Summary): void => {
    if (trayState(summary) !== trayState(shown)) tray.setImage(picture(summary))
    shown = summary
    const items = trayMenu(summary)
    // Deltas come ten times a second; an open menu that is set anew closes on some systems.
    const described = JSON.stringify(items)
    if (described === shownItems) return
    shownItems = described
    tray.setToolTip(`${texts.appName}: ${statusLine(summary)}`)
    tray.setContextMenu(Menu.buildFromTemplate(items.map((item) => toTemplate(item, onAction))))
  }
  nativeTheme.on('updated', () => tray.setImage(picture(shown)))
  tray.on('click', () => onAction({ kind: 'open' }))
  show(first)
  return { show }
}

function toTemplate(item: TrayItem, onAction: (action: TrayAction) => void): MenuItemConstructorOptions {
  switch (item.kind) {
    case 'line':
      return { type: 'separator' }
    case 'text':
      return { label: item.label, enabled: false }
    case 'action':
      return { label: item.label, click: () => onAction(item.action) }
    case 'group':
      return { label: item.label, submenu: item.items.map((inner) => toTemplate(inner, onAction)) }
  }
}
