import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { PICTURE_FORMATS } from './picture.ts'
import { cleanPart, numberInName, remoteDir, remoteFileName, takenNumberReader } from './remote-name.ts'
import { folderFor } from './template.ts'

const E_ACUTE = 'e\u0301'

describe('cleanPart', () => {
  test.each([
    ['CON', '_CON'],
    ['con.png', '_con.png'],
    ['COM1', '_COM1'],
    ['CON .txt', '_CON .txt'],
    ['console', 'console'],
    ['COM\u00b9', '_COM\u00b9'],
    ['name.', 'name'],
    ['name. . ', 'name'],
    ['..', '_'],
    ['.', '_'],
    ['../../etc/passwd', '_.._etc_passwd'],
    ['a/b\\c', 'a_b_c'],
    ['what? "now" <1>|*:', 'what_ _now_ _1____'],
    [`caf${E_ACUTE}`, 'caf\u00e9'],
    ['a\u0000b\u001f\u007fc', 'abc'],
    ['\u202egnp.exe', 'gnp.exe'],
    ['zero\u200bwidth\ufeff', 'zerowidth'],
    ['a \t\n b', 'a b'],
    ['\u{1f98a} fox', '\u{1f98a} fox'],
    ['half \ud83e pair', 'half \ufffd pair'],
    ['', '_'],
    ['   ', '_'],
  ])('%j becomes %j', (name, cleaned) => {
    expect(cleanPart(name)).toBe(cleaned)
  })

  test('cuts between characters, at 143 bytes', () => {
    const cut = cleanPart('\u{1f98a}'.repeat(100))
    expect(cut).toBe('\u{1f98a}'.repeat(35))
    expect(cleanPart('x'.repeat(255))).toBe('x'.repeat(143))
  })

  test('is always one harmless part, and cleaning it again changes nothing', () => {
    const odd = fc.constantFrom(
      '/',
      '\\',
      '.',
      '..',
      ' ',
      'CON',
      '\u202e',
      '\u0000',
      E_ACUTE,
      '\ud800',
      '\u{1f98a}',
      ':',
    )
    const names = fc.array(fc.oneof(odd, fc.string({ unit: 'binary' }))).map((parts) => parts.join(''))
    // A predicate: thousands of expectations would take seconds.
    fc.assert(
      fc.property(names, (name) => {
        const part = cleanPart(name)
        const isHarmless = !/[/\\\p{Cc}\p{Bidi_Control}]/u.test(part) && !/^[. ]|[. ]$|^$/.test(part)
        return isHarmless && Buffer.byteLength(part) <= 143 && part.isWellFormed() && cleanPart(part) === part
      }),
      { numRuns: 1000 },
    )
  })
})

describe('remoteFileName', () => {
  test('fills in number and template, and takes the real format’s extension', () => {
    const template = { code: 'UVDTF 16oz', namePattern: 'UV {number} {template}_{number}' }
    expect(remoteFileName(template, 7, 'jpeg')).toBe('UV 7 UVDTF 16oz_7.jpg')
  })

  test('keeps numbers apart however long the template’s name is', () => {
    const template = { code: 'x'.repeat(300), namePattern: '{template} {number}' }
    expect(remoteFileName(template, 1, 'png')).not.toBe(remoteFileName(template, 2, 'png'))
  })

  test('has at most 143 bytes and no separator, whatever pattern and template say', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), fc.nat(), (name, pattern, number) => {
        const file = remoteFileName({ code: name, namePattern: `${pattern}{number}` }, number, 'avif')
        expect(Buffer.byteLength(file)).toBeLessThanOrEqual(143)
        expect(file).not.toMatch(/[/\\]/)
        expect(file).toMatch(/.\.avif$/)
      }),
    )
  })
})

describe('numberInName', () => {
  test('finds the number of each name that was given, whatever the template is called', () => {
    const anyName = fc.string({ minLength: 1, maxLength: 60 })
    const anyFormat = fc.constantFrom(...PICTURE_FORMATS)
    fc.assert(
      fc.property(anyName, anyName, fc.integer({ min: 1, max: 1e9 }), anyFormat, (name, tail, number, format) => {
        const template = { code: name, namePattern: `{number} {template}${tail}` }
        const said = numberInName(template, remoteFileName(template, number, format))
        // Two numbers may give one name where the pattern leaves it so; then either is true.
        const fileName = remoteFileName(template, number, format)
        expect(remoteFileName(template, said ?? 0, format)).toBe(fileName)
        const taken = takenNumberReader(template)(fileName) ?? 0
        expect(remoteFileName(template, taken, format).toLowerCase()).toBe(fileName.toLowerCase())
      }),
    )
  })

  test('a number is taken by a file of any extension and any case, and by no other name', () => {
    const template = { code: 'UVDTF 16oz', namePattern: 'UV {number} {template}_{number}' }
    const taken = takenNumberReader(template)
    for (const end of ['.png', '.PNG', '.psd', '.tif', '', '.']) expect(taken(`UV 24 UVDTF 16oz_24${end}`)).toBe(24)
    expect(taken('uv 24 uvdtf 16OZ_24.jpeg')).toBe(24)
    for (const name of [
      'UV 24 UVDTF 16oz_25.png',
      'UV 024 UVDTF 16oz_024.png',
      'UV 24 UVDTF 16oz_24 copy.png',
      '24.png',
    ])
      expect(taken(name)).toBe(null)
    const long = { ...template, code: 'x'.repeat(200) }
    for (const format of PICTURE_FORMATS) expect(takenNumberReader(long)(remoteFileName(long, 7, format))).toBe(7)
  })

  test('takes no other file for one of ours', () => {
    const template = { code: 'UVDTF 16oz', namePattern: 'UV {number} {template}_{number}' }
    expect(numberInName(template, 'UV 7 UVDTF 16oz_7.png')).toBe(7)
    for (const name of ['UV 7 UVDTF 16oz_8.png', 'UV 07 UVDTF 16oz_07.png', 'UV 7 UVDTF 16oz_7.txt', '7.png', '.png']) {
      expect(numberInName(template, name)).toBeNull()
    }
  })
})

test('the folder of a new template never leaves the NAS’s root', () => {
  expect(remoteDir('/volume1/', { folder: folderFor({ name: '../x' }, 'UVDTF 16oz') })).toBe('/volume1/_x/UVDTF 16oz')
  expect(remoteDir('/', { folder: folderFor({ name: 'shop' }, '..') })).toBe('/shop/_')
})
