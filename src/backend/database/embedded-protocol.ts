/** Between the service's thread and the one that runs the embedded database. */
export interface QueryRequest {
  readonly id: number
  readonly sql: string
  readonly parameters: readonly unknown[]
}

export interface QueryRows {
  readonly rows: readonly unknown[]
  readonly affectedRows: number
}

export type QueryAnswer =
  | ({ readonly id: number } & QueryRows)
  | { readonly id: number; readonly error: { readonly message: string; readonly code: string | undefined } }

export interface EmbeddedWorkerData {
  readonly dataFolder: string
}
