import type { SafeStorage } from 'electron'
import type { Vault } from './secret-store.ts'

type Storage = Pick<
  SafeStorage,
  'isAsyncEncryptionAvailable' | 'encryptStringAsync' | 'decryptStringAsync' | 'getSelectedStorageBackend'
>

/** The key store of the system by way of Electron. On Linux without one Electron scrambles with a fixed password
 *  (`basic_text`): that is not safe. */
export function systemVault(storage: Storage, platform: NodeJS.Platform): Vault {
  return {
    async isSafe() {
      if (!(await storage.isAsyncEncryptionAvailable())) return false
      return platform !== 'linux' || !['basic_text', 'unknown'].includes(storage.getSelectedStorageBackend())
    },
    encrypt: (text) => storage.encryptStringAsync(text),
    decrypt: async (sealed) => (await storage.decryptStringAsync(sealed)).result,
  }
}
