import { join } from 'node:path'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { batchView, NO_COUNTS } from '../../../test/support/batch-view.ts'
import type { BatchView } from '../../shared/domain/batch.ts'
import { failure } from '../../shared/domain/failure.ts'
import { type EngineState, statusOf } from '../../shared/domain/work-status.ts'
import { EMPTY_STATUS } from '../../shared/ipc/engine.ts'
import { type TrayIcon, trayIcon, trayIconFile } from './tray-icon.ts'

const ICONS: readonly TrayIcon[] = ['idle', 'working', 'paused', 'waiting', 'asking', 'refused', 'failed']
const FOLDER = join(import.meta.dirname, '..', '..', '..', 'resources', 'tray')

const moving = batchView('a', { counts: { ...NO_COUNTS, done: 2, active: 3 } })
function iconOf(change: Partial<BatchView>, pausedAll = false, engine: EngineState = { state: 'running' }): TrayIcon {
  return trayIcon(statusOf({ engine, status: { ...EMPTY_STATUS, pausedAll }, batches: [{ ...moving, ...change }] }))
}
const heldBy = (kind: 'offline' | 'host-key', code: 'nas-unreachable' | 'host-key-changed'): Partial<BatchView> => {
  const hold = { kind, failure: failure(code) }
  return { hold, held: [{ hold, files: 3 }] }
}

test('each state has an icon of its own: what went wrong before a question, that before a pause', () => {
  const { counts } = moving
  const ended = { state: 'ended', counts: { ...NO_COUNTS, failed: 4 } } as const
  expect(iconOf({})).toBe('working')
  expect(iconOf({}, true)).toBe('paused')
  expect(iconOf(heldBy('offline', 'nas-unreachable'))).toBe('waiting')
  expect(iconOf(heldBy('host-key', 'host-key-changed'))).toBe('refused')
  expect(iconOf({ ...heldBy('host-key', 'host-key-changed'), failedUnseen: 1 })).toBe('refused')
  expect(iconOf({ counts: { ...counts, review: 1 } }, true)).toBe('asking')
  expect(iconOf({ counts: { ...NO_COUNTS, review: 1 } })).toBe('asking')
  expect(iconOf({ counts: { ...counts, review: 1, failed: 1 }, failedUnseen: 1 })).toBe('failed')
  expect(iconOf({ ...ended, failedUnseen: 4 })).toBe('failed')
  expect(iconOf(ended)).toBe('idle')
  expect(iconOf({}, false, { state: 'stopped', failure: failure('internal') })).toBe('refused')
})

interface Pixels {
  /** How much of each pixel is drawn, 0 to 255. */
  readonly alpha: readonly number[]
  /** Luminance of each, 0 to 1. */
  readonly luminance: readonly number[]
}

async function pixelsOf(file: string): Promise<Pixels> {
  const { data, info } = await sharp(join(FOLDER, file)).ensureAlpha().raw().toBuffer({ resolveWithObject: true })
  expect([info.width, info.height]).toEqual([16, 16])
  const alpha: number[] = []
  const luminance: number[] = []
  for (let at = 0; at < data.length; at += 4) {
    alpha.push(data[at + 3] ?? 0)
    luminance.push(luminanceOf([...data.subarray(at, at + 3)]))
  }
  return { alpha, luminance }
}

/** Of WCAG 2. */
function luminanceOf(rgb: readonly number[]): number {
  const [r = 0, g = 0, b = 0] = rgb.map((value) => {
    const share = value / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

test('no two icons are alike without their colours, at 16 pixels', async () => {
  const drawn = await Promise.all(ICONS.map((icon) => pixelsOf(trayIconFile(icon, 'darwin', false))))
  for (const [at, one] of drawn.entries())
    for (const [later, other] of drawn.entries()) {
      if (later <= at) continue
      const others = one.alpha.filter((value, pixel) => Math.abs(value - (other.alpha[pixel] ?? 0)) > 96)
      expect(others.length, `${ICONS[at]} and ${ICONS[later]}`).toBeGreaterThanOrEqual(10)
    }
})

test.each([
  { bar: 'light', isDark: false, ground: 0.8 },
  { bar: 'dark', isDark: true, ground: 0.033 },
])('every part of an icon is seen on a $bar bar', async ({ isDark, ground }) => {
  for (const icon of ICONS) {
    const { alpha, luminance } = await pixelsOf(trayIconFile(icon, 'linux', isDark))
    const ratios = luminance
      .filter((_, pixel) => (alpha[pixel] ?? 0) > 250)
      .map((of) => (Math.max(of, ground) + 0.05) / (Math.min(of, ground) + 0.05))
    expect(Math.min(...ratios), icon).toBeGreaterThanOrEqual(3)
  }
})
