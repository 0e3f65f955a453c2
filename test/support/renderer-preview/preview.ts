import { createScriptedBridge } from './bridge.ts'
import { SCENES } from './scenes.ts'

const name = new URLSearchParams(location.search).get('scene') ?? 'busy'
const scene = SCENES[name]
if (scene === undefined) throw new Error(`no scene ${name}; there are ${Object.keys(SCENES).join(', ')}`)
Object.assign(window, { galley: createScriptedBridge(scene()) })

// A plain browser does not know app://, so pictures come from the preview's server instead.
const source = Object.getOwnPropertyDescriptor(HTMLImageElement.prototype, 'src')
const setAttribute = HTMLImageElement.prototype.setAttribute
const redirected = (url: string): string => url.replace('app://thumb/', '/thumb/')
Object.defineProperty(HTMLImageElement.prototype, 'src', {
  ...source,
  set(url: string) {
    source?.set?.call(this, redirected(url))
  },
})
HTMLImageElement.prototype.setAttribute = function (key, value) {
  setAttribute.call(this, key, key === 'src' ? redirected(value) : value)
}
