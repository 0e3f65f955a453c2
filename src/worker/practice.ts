import { type PracticeShop, startPracticeShop } from '../practice/shop.ts'
import { ok, type Result } from '../shared/domain/result.ts'
import type { PracticeContract } from '../shared/ipc/practice.ts'
import { createPeer } from '../shared/worker/peer.ts'
import { openParentPort } from './parent-port.ts'

// The process of the practice shop. It ends when its database ended, so that whoever forked it starts it again.
let starting: Promise<Result<PracticeShop>> | null = null

createPeer<PracticeContract, Record<never, never>>(
  openParentPort(),
  {
    async start({ folder }) {
      starting ??= start(folder)
      const started = await starting
      if (started.ok) return ok(started.value.place)
      starting = null
      return started
    },
  },
  (error, method) => console.error(`practice shop: fault in ${method}`, error),
)

process.once('SIGTERM', async () => {
  const started = await starting
  if (started?.ok) await started.value.close()
  process.exit(0)
})

async function start(folder: string): Promise<Result<PracticeShop>> {
  const started = await startPracticeShop({
    folder,
    entryUrl: import.meta.url,
    // Electron's utility processes may have none below them.
    makesMockups: false,
    onFault: (error) => console.error('practice NAS: fault', error),
  })
  if (started.ok) {
    void started.value.lost.then((reason) => {
      if (reason !== null) process.exit(1)
    })
  }
  return started
}
