import type { Decision, KeptTwin, Match } from '../../shared/domain/match.ts'
import { createFormat } from '../../shared/texts/format.ts'

const { count } = createFormat('en')

/** The words of the review and of what can be said there, in English. */
export const enReview = {
  decisions: {
    skip: { word: 'Skip', text: 'Do not upload it' },
    keep: { word: 'Keep both', text: 'Upload it beside the other' },
    replace: { word: 'Replace', text: 'Upload it in the place of that design, whose file is kept for a week' },
    variant: { word: 'Variant', text: 'Upload it as another version of that design' },
    'not-duplicate': { word: 'Not a duplicate', text: 'Upload it, and never ask about these two again' },
  } satisfies Record<Decision, { word: string; text: string }>,

  twins: {
    title: (n: number) =>
      `${n === 1 ? '1 file was' : `${count(n)} files were`} stored by a colleague as well while you were offline.`,
    alikeTitle: (n: number) =>
      `${n === 1 ? '1 file looks' : `${count(n)} files look`} like one that a colleague stored while you were offline.`,
    bannerTitle: (n: number) =>
      n === 1
        ? 'A colleague stored the same as 1 of your files while you were offline, or what looks like it.'
        : `A colleague stored the same as ${count(n)} of your files while you were offline, or what looks like them.`,
    bannerText: (folder: string) => `${folder === '' ? '' : `From ${folder}: `}both are on the NAS.`,
    text: 'Take yours back, and the colleague’s copies stay: your files are kept for a week, and until then this can be undone.',
    list: 'Files stored twice',
    yours: (path: string) => `Yours: ${path}`,
    theirs: (path: string, device: string | null) => `${device ?? 'A colleague'}: ${path}`,
    seenYours: 'Yours',
    seenTheirs: 'The colleague’s',
    ask: 'Compare…',
    kept: { theirs: 'Take mine back', both: 'Keep both' } satisfies Record<KeptTwin, string>,
    withdrawn: 'Taken back',
    beside: 'Stored as well',
    keptUntil: (when: string) => `Yours is kept until ${when}: until then it can come back`,
    notKept: 'Yours is kept no longer',
    bringBack: 'Bring mine back',
    drop: {
      ask: (n: number) => `Drop ${n === 1 ? '1 file' : `${count(n)} files`} taken back…`,
      title: (n: number) => `Drop ${n === 1 ? 'the file' : `the ${count(n)} files`} that you took back?`,
      text: (bytes: string) =>
        `That frees about ${bytes} on the NAS. The colleagues’ copies stay. It cannot be undone.`,
      yes: 'Drop them',
      no: 'Not now',
    },
  },

  review: {
    title: 'Review',
    subtitle: (n: number) =>
      n === 1
        ? '1 design looks like another. Nothing is uploaded until you decide.'
        : `${count(n)} designs look like others. Nothing is uploaded until you decide.`,
    list: 'Designs to review',
    yours: 'Dropped now',
    known: 'In the library',
    inBatch: 'Also in this drop',
    why: ({ kind }: Match): string =>
      ({
        exact: 'Same file',
        'same-picture': 'Same picture',
        'same-artwork': 'Same picture, placed elsewhere',
        near: 'Same artwork, resized or re-saved',
        recoloured: 'Another colour of the same artwork',
        similar: 'Similar artwork',
      })[kind],
    whyText: ({ kind }: Match): string =>
      ({
        exact: 'Every byte is equal.',
        'same-picture': 'Every pixel is equal; only the files differ.',
        'same-artwork': 'Every pixel is equal; the transparent margin differs, so it prints in another place.',
        near: 'The pictures agree; size or format differ.',
        recoloured: 'Light and dark agree; the colours do not.',
        similar: 'Much of the pictures agrees.',
      })[kind],
    replace: {
      title: 'Replace the design in the library?',
      beside: {
        smaller: 'The dropped one is smaller: it prints coarser.',
        larger: 'The dropped one is larger.',
        equal: 'Both are equally large.',
        unknown: 'How large the one in the library is, is not known here.',
      },
      noSize: 'Not known',
      text: 'The dropped file takes its name on the NAS. The old file is kept for a week if there is room: until then Undo brings it back.',
      no: 'Do not replace',
    },
    /** What a screen reader says when another pair is looked at. */
    announced: (index: number, total: number, name: string, why: string, other: string) =>
      `${count(index)} of ${count(total)}: ${name}. ${why}, as ${other}.`,
    marked: (n: number) => `${count(n)} selected`,
    mark: (name: string) => `Select ${name}`,
    markAll: 'Select all',
    decideMarked: (word: string, n: number) => `${word}: ${count(n)}`,
    emptyTitle: 'Nothing to review',
    emptyText: 'Designs that look like one of your library wait here for your decision.',
    position: (index: number, total: number) => `${count(index)} of ${count(total)}`,
    files: (n: number) => `${count(n)} files`,
    noPicture: 'Its picture is not on this computer',
    group: (n: number) => `${count(n)} files look like this design. They are decided together.`,
    groupList: 'Files decided together',
    include: (name: string) => `Decide ${name} with the group`,
    leftOut: (n: number) => `${count(n)} left out`,
    viewing: 'How the pictures are compared',
    sides: 'Both',
    slider: 'Slider',
    sliderAt: 'How much of the dropped design covers the other',
    matchOf: (index: number, total: number) => `${count(index)} of ${count(total)} look-alikes`,
    previousMatch: 'Previous look-alike',
    nextMatch: 'Next look-alike',
  },
}
