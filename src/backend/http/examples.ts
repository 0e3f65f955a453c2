import type { MockupJob } from '../../shared/api/mockup-jobs.ts'
import type { ShopMockup } from '../../shared/api/mockups.ts'
import type { DesignRecord } from '../../shared/api/records.ts'
import type { ShopTemplate } from '../../shared/api/templates.ts'

/** What /openapi.json shows of a shop: a design, the workstation that stored it, a decision about two. */
const SHA256 = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'
const HASH = 'f0e1d2c3b4a59687'
const id = '7b0c3a52-4a4e-4d7e-9d57-0b8f0c1e2d3f'
const replaced = '1d9f4c1e-6c0b-4f43-8a53-5d2f6f1a7b60'
const tag = 'c2a7b6de-0f43-4b0e-b7a1-3e5d9c8f7a12'

const design: DesignRecord = {
  id,
  template: 'UVDTF 16oz',
  number: 12,
  fileName: 'UV 12 UVDTF 16oz_12.png',
  originalName: 'fox.png',
  remotePath: '/designs/My shop/UVDTF 16oz/UV 12 UVDTF 16oz_12.png',
  sizeBytes: 2_041_337,
  picture: {
    format: 'png',
    width: 2800,
    height: 1260,
    dpi: 300,
    hasAlpha: true,
    pages: 1,
    colourSpace: 'srgb',
    hasColourProfile: false,
  },
  fingerprint: {
    sha256: SHA256,
    hashes: { phash: HASH, ahash: HASH, dhash: HASH, whash: HASH, blockhash: HASH },
    pixels: null,
    matte: 'light',
    luma: '',
    chroma: '',
    framed: null,
    lowVariance: false,
    algorithmVersion: 1,
  },
  storedSha256: SHA256,
  uploadedAt: '2026-05-06T09:05:00.000Z',
  thumbnail: SHA256.replace(/^9/, '7'),
}
const decision = {
  id: tag,
  sha256: SHA256,
  againstSha256: SHA256.replace(/^9/, '8'),
  designId: id,
  againstId: replaced,
  decision: 'keep' as const,
}

const place = { id: replaced, name: 'designs', hostKeys: ['SHA256:nThbg6kXUpJWGl7E1IGOCspRomTxdCARLviKw6E5SY8'] }

const template: ShopTemplate = {
  id: tag,
  revision: 3,
  name: 'UVDTF 16 oz cups',
  code: design.template,
  folder: 'My shop/UVDTF 16oz',
  placeId: place.id,
  widthInches: 9.5,
  heightInches: 4.33,
  dpi: 300,
  fit: 'contain',
  namePattern: 'UV {number} {template}_{number}',
}

const mockup: ShopMockup = {
  id: replaced,
  revision: 2,
  templateId: template.id,
  name: 'Cup on a table',
  rank: 1,
  photo: { sha256: SHA256, width: 3000, height: 2000 },
  placements: [
    {
      surface: {
        kind: 'quad',
        corners: [
          [820, 410],
          [1630, 455],
          [1610, 1380],
          [840, 1425],
        ],
      },
      mask: SHA256.replace(/^9/, '7'),
      blend: 'multiply',
      opacity: 0.95,
      shading: { picture: null, strength: 0.5 },
      displacement: null,
    },
  ],
  quality: 90,
  watermark: null,
}

const job: MockupJob = {
  id: tag,
  state: 'queued',
  priority: 'high',
  designs: [
    {
      id,
      state: 'queued',
      mockups: 2,
      made: [
        { mockupId: mockup.id, fileName: 'UV 12 UVDTF 16oz_12_Cup on a table.jpg', sha256: SHA256.replace(/^9/, '6') },
      ],
      failure: { code: 'nas-full' },
    },
  ],
}

export const EXAMPLES = {
  id,
  replaced,
  tag,
  sha256: SHA256,
  design,
  decision,
  place,
  template,
  mockup,
  job,
  device: 'Packing table',
}
