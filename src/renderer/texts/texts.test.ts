import { expect, test } from 'vitest'
import { endedFailure, FAILURES, type FailureCode, failure } from '../../shared/domain/failure.ts'
import { en } from './en.ts'
import { es } from './es.ts'

/** Every text that is not a function, by its path. */
function plainTexts(part: object, path = ''): readonly (readonly [string, string])[] {
  return Object.entries(part).flatMap(([key, value]) =>
    typeof value === 'string'
      ? [[`${path}${key}`, value] as const]
      : typeof value === 'object' && value !== null
        ? plainTexts(value, `${path}${key}.`)
        : [],
  )
}

test('no text is empty in any language', () => {
  for (const texts of [en, es]) expect(plainTexts(texts).filter(([, value]) => value.trim() === '')).toEqual([])
})

test('the Spanish catalog is Spanish: few texts are the same as in English', () => {
  const english = new Map(plainTexts(en))
  const same = plainTexts(es).filter(([path, value]) => english.get(path) === value)
  expect(same.length).toBeLessThan(plainTexts(es).length * 0.1)
})

test('a failure is told in the language of the window, what to do included', () => {
  for (const code of Object.keys(FAILURES) as FailureCode[]) {
    const english = failure(code)
    const { message, action } = es.failure(english)
    expect([message, action].filter((text) => text.trim() === '' || text === english.message)).toEqual([])
  }
  expect(en.failure(failure('empty-file')).message).toBe('The file is empty.')
})

test('what to do about a failure that ended a file promises no other try, in either language', () => {
  const ended = endedFailure(failure('source-changed'))
  expect([en, es].map((t) => t.failure(ended).action)).toEqual([
    'Retry it when nothing changes it any more.',
    'Reinténtalo cuando ya nada lo cambie.',
  ])
  for (const code of Object.keys(FAILURES) as FailureCode[])
    expect([code, es.failure(endedFailure(failure(code))).action]).not.toContainEqual(
      expect.stringMatching(FAILURES[code].endedAction === undefined ? /^$/ : /de nuevo solo/),
    )
})

test('a batch that brought nothing new says so in the words of the design', () => {
  expect(en.batch.allKnown(17)).toBe('All 17 designs are already in the library')
})

test('keys are called as they are on the keyboards of the language', () => {
  const shortcuts = ['Ctrl+Shift+O', 'Del', 'Space', '⇧⌘O', 'Ctrl+1–4']
  expect(shortcuts.map(en.keys.press)).toEqual(shortcuts)
  expect(shortcuts.map(es.keys.press)).toEqual(['Ctrl+Mayús+O', 'Supr', 'Espacio', '⇧⌘O', 'Ctrl+1–4'])
})

test('one is told in the singular, in any language', () => {
  const one = { done: 1, skipped: 1, failed: 1, cancelled: 1, review: 1, active: 1 }
  for (const t of [en, es]) {
    const told = [
      t.files(1),
      t.batch.title(1, 'UV'),
      t.batch.scanning(1),
      t.batch.progress(1, 1),
      t.batch.outcome(one),
      t.batch.confirmCancel.title(1),
      t.batch.confirmCancel.text(1),
      t.batch.confirmCancel.yes(1),
      t.banner.restored(1),
      t.banner.waiting(1, 0),
      t.milestones.accepted(1, 'UV'),
      t.milestones.review(1),
      t.notices.undone(1, 1),
      t.notices.resent(1),
      t.notices.recordsMoved(1),
      t.list.noPictures(1),
      t.list.clear.text(1),
      t.batch.ignored(1),
      t.batch.warned(1),
      t.work.left(60_000),
      t.review.subtitle(1),
      t.review.marked(1),
      t.settings.about.known(1),
      t.settings.browser.counts(1, 1),
      t.settings.browser.foreign(1),
    ]
    expect(
      told.filter((text) =>
        /\b1 (\p{L}+s|que no son|files|designs)\b|Siguen|subirán|quedan,|faltaban|unos 1|\bare\b/u.test(text),
      ),
    ).toEqual([])
  }
})

test('of a folder on the NAS nothing is counted of which there is none', () => {
  const { counts } = en.settings.browser
  expect([counts(2, 0), counts(0, 1), counts(1, 2), counts(0, 0)]).toEqual([
    '2 folders',
    '1 file',
    '1 folder, 2 files',
    '',
  ])
  for (const t of [en, es])
    for (const folders of [0, 1, 2])
      for (const files of [0, 1, 2]) expect(t.settings.browser.counts(folders, files)).not.toMatch(/\b0\b/)
})
