/** Of a photo or a mask, once it is brought in; more is made smaller. */
export const MAX_PHOTO_SIDE = 4000
/** Of a finished mockup; a smaller photo stays as it is. */
const MAX_OUTPUT_SIDE = 2000
/** Of one picture of a mockup, as it lies at the service. */
export const MAX_PICTURE_BYTES = 20_000_000

/** How large the mockup of a photo is. */
export function outputSizeOf({ width, height }: { readonly width: number; readonly height: number }) {
  const scale = Math.min(1, MAX_OUTPUT_SIDE / Math.max(width, height))
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)), scale }
}
