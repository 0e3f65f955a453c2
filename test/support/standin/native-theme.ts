import { EventEmitter } from 'node:events'
import type { NativeTheme as ElectronTheme } from 'electron'
import { strict } from './strict.ts'

type Source = ElectronTheme['themeSource']

/** The theme: a source other than `system` is what the pages see as `prefers-color-scheme`. The system is light. */
export class NativeTheme extends EventEmitter {
  #source: Source = 'system'

  get themeSource(): Source {
    return this.#source
  }

  set themeSource(source: Source) {
    if (source === this.#source) return
    this.#source = source
    this.emit('updated')
  }

  get shouldUseDarkColors(): boolean {
    return this.#source === 'dark'
  }
}
strict('nativeTheme', NativeTheme.prototype)
NativeTheme.prototype satisfies Pick<ElectronTheme, 'themeSource' | 'shouldUseDarkColors'>
