import { cleanPart } from './remote-name.ts'

/** Beside a template's designs: their mockups. No walk and no import looks into it for designs. */
export const MOCKUPS_FOLDER = 'mockups'

const EXTENSION = '.jpg'
/** As of any name on a NAS. */
const MAX_BYTES = 143

/** The name of a design's file on a mockup: both names. One that has to be cut ends with a part of the mockup's id. */
export function mockupFileName(
  designFile: string,
  { id, name }: { readonly id: string; readonly name: string },
): string {
  const stem = `${designFile.replace(/\.[^.]*$/, '')}_${name}`
  const room = MAX_BYTES - EXTENSION.length
  const whole = cleanPart(stem, Number.POSITIVE_INFINITY)
  if (new TextEncoder().encode(whole).length <= room) return `${whole}${EXTENSION}`
  const tail = `_${id.slice(0, 8)}`
  return `${cleanPart(stem, room - tail.length)}${tail}${EXTENSION}`
}
