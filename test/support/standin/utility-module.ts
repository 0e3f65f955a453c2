// What `electron` means in a utility process.
import { strict } from './strict.ts'

const electron = strict('electron (in a utility process)', {
  net: strict('net', { fetch: globalThis.fetch, isOnline: () => true }),
})
export const { net } = electron
export default electron
export { electron as 'module.exports' }
