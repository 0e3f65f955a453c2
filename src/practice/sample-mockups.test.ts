import sharp from 'sharp'
import { expect, test } from 'vitest'
import { faultOf } from '../shared/domain/mockup-fault.ts'
import { SAMPLE_MOCKUPS } from './sample-mockups.ts'

test.each(SAMPLE_MOCKUPS.map((one) => [one.name, one] as const))(
  '%s can be drawn, the same each time',
  async (_, { surface, draw }) => {
    const photo = await draw()
    const { width, height, format } = await sharp(photo).metadata()
    expect(format).toBe('jpeg')
    const placement = { surface, mask: null, blend: 'multiply', opacity: 1, shading: null, displacement: null } as const
    expect(faultOf({ photo: { sha256: '', width, height }, placements: [placement] })).toBe(null)
    expect(photo.equals(await draw())).toBe(true)
  },
)
