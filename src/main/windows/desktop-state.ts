import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { z } from 'zod'
import { languageChoiceSchema } from '../../shared/domain/language.ts'

const schema = z.object({
  /** Where the window was, in screen points. */
  bounds: z
    .object({ x: z.number().int(), y: z.number().int(), width: z.number().int(), height: z.number().int() })
    .optional(),
  /** Was the person told that closing the window leaves Galley at work? */
  toldOfTray: z.boolean().optional(),
  /** One that a later Galley speaks is none here, and costs nothing else that is remembered. */
  language: languageChoiceSchema.optional().catch(undefined),
})
type DesktopState = z.infer<typeof schema>
export type Bounds = NonNullable<DesktopState['bounds']>

export interface DesktopStore {
  get(): DesktopState
  set(change: DesktopState): void
}

/** What the desktop remembers of itself in `file`. One that is missing or damaged counts as empty. */
export function openDesktopState(file: string): DesktopStore {
  let state = read(file)
  return {
    get: () => state,
    set(change) {
      state = { ...state, ...change }
      try {
        writeFileSync(`${file}.new`, JSON.stringify(state))
        renameSync(`${file}.new`, file)
      } catch {
        // A full disk costs the remembered place of a window, nothing more.
      }
    },
  }
}

function read(file: string): DesktopState {
  try {
    return schema.catch({}).parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    return {}
  }
}

/** The bounds to open with: those remembered if enough of the title bar is on a screen that is there now. */
export function visibleBounds(remembered: Bounds | undefined, screens: readonly Bounds[]): Bounds | undefined {
  if (remembered === undefined) return undefined
  const { x, y, width } = remembered
  const reachable = screens.some(
    (screen) =>
      Math.min(x + width, screen.x + screen.width) - Math.max(x, screen.x) >= 100 &&
      y >= screen.y &&
      y <= screen.y + screen.height - 40,
  )
  return reachable ? remembered : undefined
}
