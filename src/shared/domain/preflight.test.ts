import { expect, test } from 'vitest'
import type { PictureInfo } from './picture.ts'
import { type PreflightWarning, preflight } from './preflight.ts'
import type { Preparation, Print } from './shop.ts'

const picture: PictureInfo = {
  format: 'png',
  width: 3000,
  height: 2000,
  hasAlpha: true,
  pages: 1,
  colourSpace: 'srgb',
  hasColourProfile: false,
}
const print: Print = { widthInches: 10, heightInches: 10, dpi: 300, fit: 'contain' }
const trimming: Preparation = { trim: true, rotate: false, maxEnlargement: 1.5 }
const content = { left: 750, top: 500, width: 1500, height: 1000 }

test.each<[what: string, picture: Partial<PictureInfo>, print: Partial<Print>, warnings: readonly PreflightWarning[]]>([
  ['nothing', {}, {}, []],
  ['too few pixels for its size', { width: 1490, height: 900 }, {}, ['low-dpi']],
  ['just enough pixels', { width: 1500, height: 900 }, {}, []],
  ['a ground that is printed', { hasAlpha: false }, {}, ['opaque']],
  ['inks for colours', { hasAlpha: false, colourSpace: 'cmyk' }, {}, ['opaque', 'cmyk']],
  ['a ground behind an alpha channel', { opacity: { least: 255, most: 255 } }, {}, ['opaque']],
  ['nothing where some of it is transparent', { opacity: { least: 254, most: 255 } }, {}, []],
  ['what is blank', { opacity: { least: 0, most: 0 } }, {}, ['blank']],
  ['haze', { opacity: { least: 0, most: 7 } }, {}, ['blank']],
  ['no haze where it is just seen', { opacity: { least: 0, most: 8 } }, {}, []],
  ['pages that do not count', { pages: 2 }, {}, ['pages']],
  ['plates that a print file leaves out', { extraChannels: 1 }, { preparation: trimming }, ['extra-channels']],
  ['no plates where the file itself is sent', { extraChannels: 1 }, {}, []],
  ['no enlargement where nothing is enlarged', { width: 1800, height: 900 }, {}, []],
  ['an enlargement', { width: 1800, height: 900 }, { preparation: trimming }, ['enlarged']],
  ['as much as is allowed', { width: 2000, height: 900 }, { preparation: trimming }, []],
  ['pixels that are margin', { content }, { preparation: trimming }, ['enlarged']],
  ['a margin that stays', { content }, { preparation: { ...trimming, trim: false } }, []],
])('warns of %s', (_what, changes, printed, warnings) => {
  expect(preflight({ ...picture, ...changes }, { ...print, ...printed }).warnings).toEqual(warnings)
})

test('says how finely it prints, how much larger, and how much of it is margin', () => {
  const found = preflight({ ...picture, content }, { ...print, preparation: trimming })
  expect(found).toMatchObject({ effectiveDpi: 150, enlargement: 2, margin: 0.75 })
  expect(preflight(picture, print)).toMatchObject({ effectiveDpi: 300, enlargement: 1, margin: 0 })
})
