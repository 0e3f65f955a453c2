/** What the page's isolated world sends to main. */
export type FromPage =
  | { kind: 'invoke'; id: number; channel: string; args: unknown[] }
  | { kind: 'send'; channel: string; args: unknown[]; ports: string[] }
  | { kind: 'port-data'; port: string; data: unknown }
  | { kind: 'port-close'; port: string }
  | { kind: 'preload-error'; message: string; stack: string | undefined }

/** What main sends to the page's isolated world. */
export type ToPage =
  | { kind: 'reply'; id: number; ok: true; value: unknown }
  | { kind: 'reply'; id: number; ok: false; message: string }
  | { kind: 'event'; channel: string; args: unknown[]; ports: string[] }
  | { kind: 'port-data'; port: string; data: unknown }
  | { kind: 'port-close'; port: string }

/** What a sandboxed preload is told of its process. */
export interface PageConfig {
  readonly binding: string
  readonly deliver: string
  readonly process: { readonly platform: string; readonly arch: string; readonly argv: readonly string[] }
  readonly versions: Readonly<Record<string, string | undefined>>
  readonly env: Readonly<Record<string, string | undefined>>
}
