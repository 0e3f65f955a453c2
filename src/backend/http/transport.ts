import { BlockList, isIP } from 'node:net'
import { AUTHORITY_LINE, LOOPBACK_LINE } from '../../shared/api/pairing.ts'
import { fingerprintOf, type TlsIdentity } from '../tls/tls-identity.ts'

/** How requests come to the service: encrypted by itself; or as plain HTTP, from this computer or by the proxy at an
 *  address or subnet, which encrypts for the others, and is believed for whom it forwards. */
export type Transport =
  | { readonly kind: 'tls'; readonly identity: TlsIdentity }
  | { readonly kind: 'loopback' }
  | { readonly kind: 'proxy'; readonly address: string }

const LOOPBACK = ['127.0.0.0/8', '::1']

/** Is this the name or address of this computer for itself? */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || (isIP(host) !== 0 && listOf(LOOPBACK).check(host, family(host)))
}

/** What a workstation may take the other end of its line for, when it is this service's. */
export function pairingLines(transport: Transport): readonly string[] {
  return [AUTHORITY_LINE, transport.kind === 'tls' ? fingerprintOf(transport.identity) : LOOPBACK_LINE]
}

/** False when the proxy's address is none. */
export function isTransport(transport: Transport): boolean {
  try {
    plainPeers(transport)
    return true
  } catch {
    return false
  }
}

/** Whether somebody at an address may speak plain HTTP; null where nobody has to. Throws when the proxy's address is none. */
export function plainPeers(transport: Transport): ((address: string) => boolean) | null {
  if (transport.kind === 'tls') return null
  const peers = listOf(transport.kind === 'proxy' ? [...LOOPBACK, transport.address] : LOOPBACK)
  return (address) => peers.check(address, family(address))
}

function listOf(ranges: readonly string[]): BlockList {
  const list = new BlockList()
  for (const range of ranges) {
    const [address = '', prefix] = range.split('/')
    if (prefix === undefined) list.addAddress(address, family(address))
    else list.addSubnet(address, Number(prefix), family(address))
  }
  return list
}

function family(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4'
}
