import { expect, test } from 'vitest'
import { folderFor } from '../domain/template.ts'
import { templateContentSchema } from './templates.ts'

const folder = templateContentSchema.shape.folder

test.each(['../Other', 'Shop/../../etc', '/etc', 'Shop/', 'Shop//Mug', './Mug', '..', ''])(
  'a folder that leads elsewhere than below the root is none: %j',
  (text) => {
    expect(folder.safeParse(text).success).toBe(false)
  },
)

test.each([
  ['Shop', 'Mug'],
  ['..', '.'],
  ['a/b', '../c'],
  ['...Shop', 'Mug (2)'],
])('what the names of shop %j and template %j make is one', (name, code) => {
  expect(folder.safeParse(folderFor({ name }, code)).success).toBe(true)
})
