import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const HOLDER = fileURLToPath(new URL('./catalog-lock-holder.ts', import.meta.url))

/** Another process locks the catalog of a data folder, as long as this is in use. */
export async function lockCatalog(
  dataDir: string,
  mode: 'IMMEDIATE' | 'EXCLUSIVE' | 'whole' = 'IMMEDIATE',
): Promise<AsyncDisposable> {
  const child = fork(HOLDER, [dataDir, mode])
  await once(child, 'message')
  return {
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await once(child, 'exit')
    },
  }
}
