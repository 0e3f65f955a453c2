import { expect, test } from 'vitest'
import type { ShopTemplate } from '../api/templates.ts'
import { type JoiningStep, joinTemplates, type KnownTemplate } from './template.ts'

const RULES = {
  name: 'Mug',
  widthInches: 9.5,
  heightInches: 4.33,
  dpi: 300,
  fit: 'contain',
  namePattern: 'UV {number}',
} as const
const PLACE = 'p1'

function here(change: Partial<KnownTemplate> = {}): KnownTemplate {
  const id = change.id ?? 'mine'
  const made = { id, sharedId: id, shopId: 'shop', code: 'Mug', folder: 'Shop/Mug' }
  return { ...RULES, ...made, revision: 0, placeId: null, theirs: null, ...change }
}

function theirs(change: Partial<ShopTemplate> = {}): ShopTemplate {
  return { ...RULES, id: 'shops', code: 'Mug', folder: 'Shop/Mug', placeId: null, revision: 1, ...change }
}

/** What is done, and with which. */
const told = (steps: readonly JoiningStep[]): string[] =>
  steps.map((step) => {
    const sides = ['here' in step ? step.here.name : '', 'theirs' in step ? step.theirs.id : '']
    return [step.kind, ...sides].join(' ').trim()
  })
const joined = (known: readonly KnownTemplate[], shops: readonly ShopTemplate[], place: string | null = null) =>
  told(joinTemplates(known, shops, place))

const shared = here({ sharedId: 'shops', revision: 1 })

test.each<[string, KnownTemplate, Partial<ShopTemplate>, string[]]>([
  ['equal ones are one', here(), {}, ['take Mug shops']],
  ['also where one had another code', here({ code: 'M' }), {}, ['take Mug shops']],
  ['other rules are asked about', here({ dpi: 200 }), {}, ['ask Mug shops']],
  ['another folder is asked about', here({ folder: 'Shop/Cup' }), {}, ['ask Mug shops']],
  ['another name for one folder is asked about', here({ name: 'Cup', code: 'Cup' }), {}, ['ask Cup shops']],
  ['another place is asked about', here(), { placeId: 'p2' }, ['ask Mug shops']],
  ['one place is no question', here(), { placeId: PLACE }, ['take Mug shops']],
  ['what was asked is not asked again', here({ dpi: 200, theirs: theirs() }), {}, []],
  ['a question about what is equal by now is over', here({ theirs: theirs({ dpi: 200 }) }), {}, ['take Mug shops']],
  ['a later revision is taken', shared, { revision: 2, dpi: 200 }, ['take Mug shops']],
  ['a name that was sent, and is as it was, is no news', here({ ...shared, placeId: PLACE }), { placeId: PLACE }, []],
  ['its place is told once it is known', shared, {}, ['send Mug']],
  ['an earlier revision is one that was set back', here({ ...shared, revision: 3 }), { revision: 2 }, ['resend Mug']],
  [
    'what was changed without the service is asked about',
    here({ ...shared, revision: 0, dpi: 1 }),
    {},
    ['ask Mug shops'],
  ],
  [
    'what only one side has is known on both',
    here({ name: 'Cup', code: 'Cup', folder: 'Shop/Cup' }),
    {},
    ['send Cup', 'add  shops'],
  ],
])('%s', (_, known, change, steps) => {
  expect(joined([known], [theirs(change)], PLACE)).toEqual(steps)
})

test('one that is lost at the service is sent again with its revision, a new one as such', () => {
  expect(joinTemplates([here()], [], null)).toMatchObject([{ kind: 'send', revision: 0 }])
  expect(joined([here({ revision: 3 })], [])).toEqual(['resend Mug'])
})

test('of two that resemble one of the shop, the first is joined with it', () => {
  const twin = here({ id: 'other', code: 'Other', folder: 'Shop/Other', name: 'Other', dpi: 200 })
  expect(joined([here(), { ...twin, folder: 'Shop/Mug' }], [theirs()])).toEqual(['take Mug shops', 'send Other'])
})

test('one that is known by its id is no other one’s, whatever it is called by now', () => {
  const renamed = theirs({ name: 'Cup', revision: 2 })
  const cup = here({ id: 'cup', name: 'Cup', code: 'Cup', folder: 'Shop/Cup' })
  expect(joined([cup, shared], [renamed])).toEqual(['send Cup', 'take Mug shops'])
})
