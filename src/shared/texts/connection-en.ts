import type { ConnectionStep, FindingCode } from '../domain/connection-test.ts'

/** The words of the connection test, in English: the same in the window and the terminal. */
export const enConnection = {
  steps: {
    reach: 'NAS answers',
    'host-key': 'Its identity',
    'sign-in': 'Sign-in',
    folder: 'Folder is there',
    place: "The shop's folder",
    write: 'Write a test file',
    'read-back': 'Read it back',
    rename: 'Give it its name',
    'two-at-once': 'Two workstations at once',
    replace: 'Replace a design',
    remove: 'Remove a file',
    durable: 'Writes reach the disk',
    space: 'Free space',
  } satisfies Record<ConnectionStep, string>,
  found: {
    'place-known': "It is the folder of the shop's designs",
    'place-new': 'The first one: the first upload marks it',
    written: 'A file can be written',
    'read-back': 'It can be read back',
    'name-kept': 'No other file is replaced',
    'name-guarded': 'No name is given twice',
    'replaces-in-one': 'In one step; the old file is kept',
    'replaces-in-two': 'In two steps; the old file is kept',
    removed: 'Files can be removed',
    durable: 'Files are synced to its disk',
    'place-further': "Another folder than the shop's so far: the designs in those are not here",
    'not-readable': 'Not possible: this user may not read there. Files are compared by size',
    'may-collide': 'Not guarded: two that store at the same moment may lose a file',
    'no-replace': 'Not possible: it cannot replace a file',
    'no-remove': 'Not possible: two test files stay',
    'not-durable': 'Not certain: a power cut may lose files that were just stored',
    'space-unknown': 'Unknown: it does not tell',
  } satisfies Record<FindingCode, string>,
  free: (amount: string) => `${amount} free`,
  passphrase: 'Passphrase of the key',
}

/** What other languages have, too. */
export type ConnectionTexts = typeof enConnection
