import type { DesignRecord, OtherDesign } from '../../shared/api/records.ts'

/** A design that the shop has, and the workstation that stored it. */
export interface KnownDesign {
  readonly record: DesignRecord
  readonly device: string | null
}

/** As a workstation is told of it. */
export function otherDesign({ record: { id, template, number, remotePath }, device }: KnownDesign): OtherDesign {
  return { id, template, number, remotePath, device }
}
