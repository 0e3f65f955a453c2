/** What a slice sees of the store: its own part, and what it was given. */
export type SetSlice<S> = (change: Partial<S> | ((state: S) => Partial<S>)) => void
export type GetSlice<S> = () => S
