import { useEffect, useReducer } from 'react'

/** The time now, in ms since 1970, anew each second until that time has come; null: it is not waited for. */
export function useNow(until: number | null): number {
  const [, drawAgain] = useReducer((times: number) => times + 1, 0)
  useEffect(() => {
    if (until === null || until <= Date.now()) return
    const timer = setInterval(() => {
      if (Date.now() >= until) clearInterval(timer)
      drawAgain()
    }, 1000)
    return () => clearInterval(timer)
  }, [until])
  return Date.now()
}
