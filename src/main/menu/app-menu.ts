import type { MenuItemConstructorOptions } from 'electron'
import type { MenuCommand } from '../../shared/ipc/window.ts'
import { texts } from '../texts.ts'

/** The application's menu; what the window does itself goes there as a command. */
export function appMenu(does: {
  readonly platform: NodeJS.Platform
  command(command: MenuCommand): void
  showLog(): void
}): MenuItemConstructorOptions[] {
  const { menu } = texts
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
        { role: 'undo' },
        { role: 'redo' },
        { type: 'separator' },
        { role: 'cut' },
        { role: 'copy' },
        { role: 'paste' },
        { role: 'selectAll' },
        { type: 'separator' },
        item(menu.find, 'CmdOrCtrl+F', 'find'),
      ],
    },
    {
      label: menu.view,
      submenu: [{ role: 'resetZoom' }, { role: 'zoomIn' }, { role: 'zoomOut' }, { role: 'togglefullscreen' }],
    },
    {
      label: menu.help,
      submenu: [item(menu.keys, 'CmdOrCtrl+/', 'keys'), { label: menu.showLog, click: () => does.showLog() }],
    },
  ]
}
