import { createRequire } from 'node:module'

/** Did ssh2's native ciphers load in this process? When not, it falls back to JavaScript without a word, at half speed. */
export function nativeCryptoLoaded(): boolean {
  const require = createRequire(import.meta.url)
  const { bindingAvailable }: { readonly bindingAvailable: boolean } = require('ssh2/lib/protocol/crypto.js')
  return bindingAvailable
}
