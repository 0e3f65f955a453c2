import { type RefObject, useEffect, useRef } from 'react'
import type { RowKey } from '../../stores/rows.ts'
import { useWindow } from '../../stores/store-context.tsx'

/** Whose hand was on the list so long ago is not about to press anything. */
const CALM_AFTER_MS = 3_000
const ORDER_EVERY_MS = 2_000

const HANDLED = ['pointermove', 'pointerdown', 'scroll', 'keydown'] as const

/** What is drawn, and the batch that is cut by the upper edge. */
type Seen = (scrollTop: number) => { readonly shown: readonly RowKey[]; readonly batchId: string | null }

/** Puts the rows in order from time to time, while nobody works with the list; what lies under the pointer or has the
 *  focus stays where it is. `isShown`: there is a list. */
export function useCalmOrder(scroller: RefObject<HTMLElement | null>, isShown: boolean, seen: Seen): void {
  const { store } = useWindow()
  const look = useRef(seen)
  useEffect(() => {
    look.current = seen
  })

  useEffect(() => {
    const list = scroller.current
    if (!isShown || list === null) return
    let handledAt = Number.NEGATIVE_INFINITY
    const touch = (): void => {
      handledAt = performance.now()
    }
    for (const event of HANDLED) list.addEventListener(event, touch, { passive: true })
    const endFollowing = store.subscribe((now, before) => {
      if (now.cursor !== before.cursor) touch()
    })
    const timer = setInterval(() => {
      if (performance.now() - handledAt < CALM_AFTER_MS) return
      const { shown, batchId } = look.current(list.scrollTop)
      const held = new Set([list.querySelector('.list-row:hover')?.id, store.getState().cursor])
      store.getState().putInOrder({ rows: shown.filter((key) => held.has(key)), batchId })
    }, ORDER_EVERY_MS)
    return () => {
      clearInterval(timer)
      endFollowing()
      for (const event of HANDLED) list.removeEventListener(event, touch)
    }
  }, [store, scroller, isShown])
}
