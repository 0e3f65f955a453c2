import { expect, test } from 'vitest'
import { readPairingLine } from './printed-pairing.ts'

const fingerprint = 'SHA256:uNiVztksCsDhcc0u9e8BgrJXVGDvB1C3cXNbTSrFQ1o'
const url = 'https://192.168.1.20:4200'

test('the line as the service printed it is read whole, whatever the shop is called', () => {
  const addresses = [url, 'https://10.0.0.4:4200']
  const line = JSON.stringify({ shop: 'North "Street" 123', code: '7K2M-X9QD-04TR', addresses, fingerprint })
  expect(readPairingLine(`  ${line}\n`)).toEqual({ urls: addresses, code: '7K2M-X9QD-04TR', fingerprint })
})

test('its parts are read in any order, and what is missing is missed', () => {
  const all = { urls: [url], code: '7k2m x9qd 04tr', fingerprint }
  expect(readPairingLine(`${url}, ${fingerprint}; 7k2m x9qd 04tr`)).toEqual(all)
  expect(readPairingLine(`7k2m x9qd 04tr ${fingerprint} ${url}`)).toEqual(all)
  expect(readPairingLine('7K2M-X9QD-04TR')).toEqual({ urls: [], code: '7K2M-X9QD-04TR' })
  expect(readPairingLine(url)).toEqual({ urls: [url], code: '' })
})
