/** Of the small thumbnail of a design, which lies at the record service. Without zod: the imaging worker loads none. */
export const MAX_SMALL_BYTES = 8 * 1024
