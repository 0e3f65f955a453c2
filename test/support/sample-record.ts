import type { DesignRecord } from '../../src/shared/api/records.ts'

/** A record that the service takes; each number is another design. */
export function sampleRecord(number: number, change: Partial<DesignRecord> = {}): DesignRecord {
  const hex = number.toString(16)
  const sha256 = hex.padStart(64, '0')
  const hash = hex.padStart(16, '0')
  return {
    id: `00000000-0000-4000-8000-${hex.padStart(12, '0')}`,
    template: 'UVDTF 16oz',
    number,
    fileName: `UV ${number} UVDTF 16oz_${number}.png`,
    originalName: `Entwurf ${number} 🦊.png`,
    remotePath: `/shop/UVDTF 16oz/UV ${number} UVDTF 16oz_${number}.png`,
    sizeBytes: 2_000_000 + number,
    picture: {
      format: 'png',
      width: 2400,
      height: 2800,
      dpi: 299.9994,
      hasAlpha: true,
      pages: 1,
      colourSpace: 'srgb',
      hasColourProfile: false,
    },
    fingerprint: {
      sha256,
      hashes: { phash: hash, ahash: hash, dhash: hash, whash: hash, blockhash: hash },
      pixels: null,
      matte: 'light',
      luma: Buffer.alloc(576, number).toString('base64'),
      chroma: '',
      framed: null,
      lowVariance: false,
      algorithmVersion: 1,
    },
    storedSha256: sha256,
    uploadedAt: '2026-01-02T03:04:05.678Z',
    ...change,
  }
}
