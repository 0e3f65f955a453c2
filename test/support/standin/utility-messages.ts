export type ToUtility =
  | { kind: 'message'; data: unknown; ports: string[] }
  | { kind: 'port-data'; port: string; data: unknown }
  | { kind: 'port-close'; port: string }

export type FromUtility =
  | { kind: 'message'; data: unknown }
  | { kind: 'port-data'; port: string; data: unknown }
  | { kind: 'port-close'; port: string }
