/** How large a template is printed. */
export interface PrintSize {
  readonly widthInches: number
  readonly heightInches: number
  readonly dpi: number
}

/** The printed size in pixels. */
export function printPixels({ widthInches, heightInches, dpi }: PrintSize) {
  return { width: Math.max(1, Math.round(widthInches * dpi)), height: Math.max(1, Math.round(heightInches * dpi)) }
}
