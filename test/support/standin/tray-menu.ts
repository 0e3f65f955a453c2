import { EventEmitter } from 'node:events'
import type { Menu as ElectronMenu, Tray as ElectronTray, MenuItemConstructorOptions } from 'electron'
import type { Journal } from './journal.ts'
import { strict } from './strict.ts'

/** An entry of a menu; `click()` is what a person's click does. */
export class MenuItem {
  readonly id: string
  readonly type: string
  readonly role: string | undefined
  readonly submenu: Menu | undefined
  readonly accelerator: string | undefined
  label: string
  enabled: boolean
  visible: boolean
  checked: boolean
  readonly #onClick: MenuItemConstructorOptions['click']

  constructor(options: MenuItemConstructorOptions) {
    const { id = '', label = '', role, type, submenu, accelerator, enabled = true, visible = true } = options
    this.id = id
    this.label = label
    this.role = role
    this.type = type ?? (submenu === undefined ? 'normal' : 'submenu')
    this.submenu = Array.isArray(submenu) ? Menu.buildFromTemplate(submenu) : undefined
    this.accelerator = accelerator ?? undefined
    this.enabled = enabled
    this.visible = visible
    this.checked = options.checked ?? false
    this.#onClick = options.click
  }

  click(): void {
    if (!this.enabled) return
    if (this.type === 'checkbox') this.checked = !this.checked
    if (this.type === 'radio') this.checked = true
    const handler = this.#onClick as ((item: MenuItem, window: undefined, event: object) => void) | undefined
    handler?.(this, undefined, {})
  }
}
strict('MenuItem', MenuItem.prototype)

/** A menu that nobody sees: tests find its items and click them. Roles do nothing. */
export class Menu extends EventEmitter {
  readonly items: MenuItem[] = []

  static buildFromTemplate(template: (MenuItemConstructorOptions | MenuItem)[]): Menu {
    const menu = new Menu()
    for (const entry of template) menu.append(entry instanceof MenuItem ? entry : new MenuItem(entry))
    return menu
  }

  append(item: MenuItem): void {
    this.items.push(item)
  }

  getMenuItemById(id: string): MenuItem | null {
    for (const item of this.items) {
      const found = item.id === id ? item : item.submenu?.getMenuItemById(id)
      if (found) return found
    }
    return null
  }

  popup(): void {
    this.emit('menu-will-show', {})
  }

  closePopup(): void {
    this.emit('menu-will-close', {})
  }
}
strict('Menu', Menu.prototype)
Menu.prototype satisfies Pick<ElectronMenu, 'popup' | 'closePopup'>

/** An icon that nobody sees. Tests read its menu from the journal's entry `tray.setContextMenu`. */
export class StandinTray extends EventEmitter {
  readonly #journal: Journal
  #isDestroyed = false

  constructor(journal: Journal) {
    super()
    this.#journal = journal
    journal.add('tray.new', this)
  }

  setContextMenu(menu: Menu | null): void {
    this.#journal.add('tray.setContextMenu', menu)
  }

  setImage(image: unknown): void {
    this.#journal.add('tray.setImage', image)
  }

  setPressedImage(image: unknown): void {
    this.#journal.add('tray.setPressedImage', image)
  }

  setToolTip(text: string): void {
    this.#journal.add('tray.setToolTip', text)
  }

  setTitle(text: string): void {
    this.#journal.add('tray.setTitle', text)
  }

  popUpContextMenu(menu?: Menu): void {
    menu?.popup()
  }

  setIgnoreDoubleClickEvents(_ignore: boolean): void {
    // Nobody clicks here but tests.
  }

  destroy(): void {
    this.#isDestroyed = true
    this.removeAllListeners()
  }

  isDestroyed(): boolean {
    return this.#isDestroyed
  }
}
strict('Tray', StandinTray.prototype)
type Implemented = 'setToolTip' | 'setTitle' | 'destroy' | 'isDestroyed' | 'setImage' | 'setIgnoreDoubleClickEvents'
StandinTray.prototype satisfies Pick<ElectronTray, Implemented>
