/** Between the service's thread and the one that runs the embedded database. */
export interface QueryRequest {
  readonly id: number
  readonly sql: string
  readonly parameters: readonly unknown[]
}

/** Asks for all of the database as one file, as it is between two transactions. */
export interface DumpRequest {
  readonly id: number
  readonly dump: true
}

export interface QueryRows {
  readonly rows: readonly unknown[]
  readonly affectedRows: number
}

export type QueryAnswer =
  | ({ readonly id: number } & QueryRows)
  | { readonly id: number; readonly dump: Uint8Array<ArrayBuffer> }
  | { readonly id: number; readonly error: { readonly message: string; readonly code: string | undefined } }

export interface EmbeddedWorkerData {
  readonly dataFolder: string
  /** What the database is made from where there is none: a dump. */
  readonly dumpFile?: string
}
