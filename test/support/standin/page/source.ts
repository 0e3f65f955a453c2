import { makeCodec } from '../clone-codec.ts'
import { bridgeWorlds } from './bridge.ts'
import type { PageConfig } from './messages.ts'
import { hostPreload } from './preload-host.ts'

/** Electron gives frames inside the page no preload. */
const TOP_ONLY = 'if (window.top !== window) return;'

/** The script of the page's own world: its side of contextBridge. */
export function pageWorldSource(secret: string): string {
  return `(() => { ${TOP_ONLY} (${bridgeWorlds})(${JSON.stringify(secret)}, 'page') })()`
}

/** The script of the isolated world: the preload in what it needs around it. */
export function isolatedWorldSource(secret: string, config: PageConfig, preload: string, url: string): string {
  const wrapped = `function (require, process, module, exports, global) {${preload}\n}`
  const bridge = `(${bridgeWorlds})(${JSON.stringify(secret)}, 'isolated')`
  const host = `(${hostPreload})(${JSON.stringify(config)}, (${makeCodec})(), ${bridge}, ${wrapped})`
  return `(() => { ${TOP_ONLY} ${host} })()\n//# sourceURL=${url}`
}
