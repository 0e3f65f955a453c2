// By itself, as print-size.ts: an imaging worker needs no schemas, and the library for them takes 11 MB of each.

/** Version of the hash algorithms; stored with every hash, compared before any two are. */
export const HASH_ALGORITHM_VERSION = 3
