import type { MenuItemConstructorOptions } from 'electron'
import type { MenuCommand } from '../../shared/ipc/window.ts'
import type { MainTexts } from '../texts/main-en.ts'

/** The application's menu; what the window does itself goes there as a command. */
export function appMenu(does: {
  readonly platform: NodeJS.Platform
  readonly t: MainTexts
  command(command: MenuCommand): void
  showLog(): void
}): MenuItemConstructorOptions[] {
  const { menu } = does.t
  const item = (
    label: string,
    accelerator: string,
    command: Exclude<MenuCommand['command'], 'show-batch'>,
  ): MenuItemConstructorOptions => ({ label, accelerator, click: () => does.command({ command }) })
  return [
    ...(does.platform === 'darwin' ? [{ role: 'appMenu' } as const] : []),
    {
      label: menu.file,
      submenu: [
        item(menu.addFiles, 'CmdOrCtrl+O', 'add-files'),
        item(menu.addFolder, 'CmdOrCtrl+Shift+O', 'add-folder'),
        { type: 'separator' },
        item(menu.settings, 'CmdOrCtrl+,', 'settings'),
        { type: 'separator' },
        { role: 'quit', label: menu.quit },
      ],
    },
    {
      label: menu.edit,
      submenu: [
        { role: 'undo', label: menu.undo },
        { role: 'redo', label: menu.redo },
        { type: 'separator' },
        { role: 'cut', label: menu.cut },
        { role: 'copy', label: menu.copy },
        { role: 'paste', label: menu.paste },
        { role: 'selectAll', label: menu.selectAll },
        { type: 'separator' },
        item(menu.find, 'CmdOrCtrl+F', 'find'),
      ],
    },
    {
      label: menu.view,
      submenu: [
        { role: 'resetZoom', label: menu.resetZoom },
        { role: 'zoomIn', label: menu.zoomIn },
        { role: 'zoomOut', label: menu.zoomOut },
        { role: 'togglefullscreen', label: menu.fullScreen },
      ],
    },
    {
      label: menu.help,
      submenu: [item(menu.keys, 'CmdOrCtrl+/', 'keys'), { label: menu.showLog, click: () => does.showLog() }],
    },
  ]
}
