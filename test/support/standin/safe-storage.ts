import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import type { SafeStorage } from 'electron'
import { strict } from './strict.ts'

const PREFIX = Buffer.from('v11')
const [NONCE_BYTES, TAG_BYTES] = [12, 16]
/** No secret at all: whoever has this source can decrypt. Tests store no secrets. */
const KEY = createHash('sha256').update('electron stand-in').digest()

/** Encrypts for real, under a key that everybody knows. `keyring` false is a Linux desktop without a keyring. */
export function createSafeStorage(keyring: boolean, isReady: () => boolean) {
  const encryptString = (text: string): Buffer => {
    if (!keyring) throw new Error('Error while encrypting the text provided to safeStorage.encryptString.')
    const nonce = randomBytes(NONCE_BYTES)
    const cipher = createCipheriv('aes-256-gcm', KEY, nonce)
    const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
    return Buffer.concat([PREFIX, nonce, cipher.getAuthTag(), body])
  }
  const decryptString = (encrypted: Buffer): string => {
    const [nonceEnd, tagEnd] = [PREFIX.length + NONCE_BYTES, PREFIX.length + NONCE_BYTES + TAG_BYTES]
    if (!encrypted.subarray(0, PREFIX.length).equals(PREFIX) || encrypted.length < tagEnd)
      throw new Error('Error while decrypting the ciphertext provided to safeStorage.decryptString.')
    const decipher = createDecipheriv('aes-256-gcm', KEY, encrypted.subarray(PREFIX.length, nonceEnd))
    decipher.setAuthTag(encrypted.subarray(nonceEnd, tagEnd))
    return decipher.update(encrypted.subarray(tagEnd)).toString('utf8') + decipher.final('utf8')
  }
  const safeStorage = {
    isEncryptionAvailable: () => keyring && isReady(),
    isAsyncEncryptionAvailable: async () => keyring && isReady(),
    getSelectedStorageBackend: () => (keyring ? 'gnome_libsecret' : 'basic_text'),
    encryptString,
    decryptString,
    encryptStringAsync: async (text) => encryptString(text),
    decryptStringAsync: async (encrypted) => ({ result: decryptString(encrypted), shouldReEncrypt: false }),
  } satisfies Omit<SafeStorage, 'setUsePlainTextEncryption'>
  return strict('safeStorage', safeStorage)
}
