import { join } from 'node:path'
import { Menu, type MenuItemConstructorOptions, nativeImage, nativeTheme, Tray } from 'electron'
import { statusLine } from '../../shared/texts/status-words.ts'
import type { Summary } from '../background/summary.ts'
import type { MainTexts } from '../texts/main-en.ts'
import { trayIcon, trayIconFile } from './tray-icon.ts'
import { type TrayAction, type TrayItem, trayMenu } from './tray-menu.ts'

export interface GalleyTray {
  /** Also when only the language is another. */
  show(summary: Summary): void
}

/** Puts Galley in the tray. `icons` holds the files that `trayIconFile` names. */
export function openTray(options: {
  readonly icons: string
  readonly platform: NodeJS.Platform
  readonly first: Summary
  texts(): MainTexts
  onAction(action: TrayAction): void
}): GalleyTray {
  const { icons, platform, first, texts, onAction } = options
  const picture = ({ work }: Summary): Electron.NativeImage =>
    nativeImage.createFromPath(join(icons, trayIconFile(trayIcon(work), platform, nativeTheme.shouldUseDarkColors)))
  const tray = new Tray(picture(first))
  let shown = first
  let shownItems = ''

  const show = (summary: Summary): void => {
    if (trayIcon(summary.work) !== trayIcon(shown.work)) tray.setImage(picture(summary))
    shown = summary
    const [t, now] = [texts(), Date.now()]
    const items = trayMenu(summary, t, now)
    // Deltas come ten times a second; an open menu that is set anew closes on some systems.
    const described = JSON.stringify(items)
    if (described === shownItems) return
    shownItems = described
    tray.setToolTip(`Galley: ${statusLine(summary.work, t.work, now)}`)
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
      return { label: item.label, enabled: item.isEnabled, click: () => onAction(item.action) }
    case 'group':
      return {
        label: item.label,
        enabled: item.isEnabled,
        submenu: item.items.map((inner) => toTemplate(inner, onAction)),
      }
  }
}
