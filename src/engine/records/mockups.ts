import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { scaled } from '../../mockups/surface.ts'
import type { JobFailure } from '../../shared/api/mockup-jobs.ts'
import type { ShopMockup } from '../../shared/api/mockups.ts'
import { isSaid } from '../../shared/domain/detail.ts'
import { FAILURES, type Failure, type FailureCode, failure } from '../../shared/domain/failure.ts'
import { type Drawing, type DrawingFiles, picturesOf } from '../../shared/domain/mockup.ts'
import { faultOf } from '../../shared/domain/mockup-fault.ts'
import { fail, ok, type Result } from '../../shared/domain/result.ts'
import { keepsRecordsHere } from '../../shared/domain/shop.ts'
import { contentOf, type KnownTemplate } from '../../shared/domain/template.ts'
import type { CheckedMockup, EngineContract, EngineInput, SavedMockup } from '../../shared/ipc/engine.ts'
import type { ImagingContract, ImportedPicture, PictureRole } from '../../shared/worker/imaging.ts'
import type { QueueContext } from '../items/context.ts'
import type { WorkerPool } from '../workers/worker-pool.ts'
import type { RecordClient } from './client.ts'
import { type RecordAccess, recordClient } from './shop-client.ts'

/** A person waits this long for all that is asked of the service. */
const PATIENCE_MS = 60_000

/** Mockups lie at the shop's service, with their pictures; here is only what was fetched or brought in. */
export interface Mockups {
  list(shopId: string): Promise<Result<ShopMockup[]>>
  /** Fails with `mockup-wrong` where it could not be drawn; then nothing is at the service but pictures. */
  save(wish: EngineInput<'saveMockup'>): Promise<Result<SavedMockup>>
  check(shopId: string): Promise<Result<CheckedMockup[]>>
  render(request: EngineInput<'renderMockup'>): Promise<Result<null>>
  jobs(asked: EngineInput<'mockupJobs'>): Promise<Result<EngineContract['mockupJobs']['output']>>
  retry(asked: EngineInput<'retryMockups'>): Promise<Result<null>>
}

export interface MockupsOptions {
  readonly access: RecordAccess
  readonly imaging: Pick<WorkerPool<ImagingContract>, 'call'>
  /** Of pictures, called by their SHA-256. */
  readonly folder: string
}

export function createMockups(
  context: Pick<QueueContext, 'catalog' | 'newId'>,
  { access, imaging, folder }: MockupsOptions,
): Mockups {
  const { catalog } = context

  const list = async (shopId: string): Promise<Result<ShopMockup[]>> => {
    const client = await recordClient(context, access, shopId)
    return client.ok ? client.value.mockups(AbortSignal.timeout(PATIENCE_MS)) : client
  }

  const bringIn = (path: string, role: PictureRole): Promise<Result<ImportedPicture>> =>
    imaging.call('importPicture', { path, role, folder })

  /** A picture that is laid on the photo pixel by pixel. */
  const bringInMask = async (path: string | null, photo: ImportedPicture): Promise<Result<string | null>> => {
    if (path === null) return ok(null)
    const mask = await bringIn(path, 'mask')
    if (!mask.ok) return mask
    const { width, height } = mask.value.original
    const ofPhoto = photo.original
    if (width === ofPhoto.width && height === ofPhoto.height) return ok(mask.value.sha256)
    const what = { says: 'mask-of-other-size', width, height, ofPhoto } as const
    return fail(failure('mockup-wrong', { says: 'at', path, what }))
  }

  const bringInPlacement = async (
    { surface, mask, shading, displacement, ...rest }: DrawingFiles['placements'][number],
    photo: ImportedPicture,
  ): Promise<Result<Drawing['placements'][number]>> => {
    const scale = photo.width / photo.original.width
    const pictures: (string | null)[] = []
    for (const path of [mask, shading?.picture ?? null, displacement?.picture ?? null]) {
      const picture = await bringInMask(path, photo)
      if (!picture.ok) return picture
      pictures.push(picture.value)
    }
    const [ofMask = null, ofShading = null, ofDisplacement = null] = pictures
    return ok({
      ...rest,
      surface: scaled(surface, scale),
      mask: ofMask,
      shading: shading && { ...shading, picture: ofShading },
      displacement: displacement && {
        picture: ofDisplacement,
        across: displacement.across * scale,
        down: displacement.down * scale,
      },
    })
  }

  const bringInAll = async (files: DrawingFiles): Promise<Result<Drawing>> => {
    const photo = await bringIn(files.photo, 'photo')
    if (!photo.ok) return photo
    const placements: Drawing['placements'] = []
    for (const wished of files.placements) {
      const placement = await bringInPlacement(wished, photo.value)
      if (!placement.ok) return placement
      placements.push(placement.value)
    }
    const watermark = files.watermark === null ? null : await bringIn(files.watermark.picture, 'watermark')
    if (watermark?.ok === false) return watermark
    const { sha256, width, height } = photo.value
    const drawing: Drawing = {
      photo: { sha256, width, height },
      placements,
      quality: files.quality,
      watermark: files.watermark && watermark && { ...files.watermark, picture: watermark.value.sha256 },
    }
    const fault = faultOf(drawing)
    return fault === null ? ok(drawing) : fail(failure('mockup-wrong', fault))
  }

  /** The service of this computer alone has none of the shop's templates until one is needed there. */
  const tellTemplate = async (client: RecordClient, template: KnownTemplate, signal: AbortSignal): Promise<void> => {
    const shop = catalog.shops.shop(template.shopId)
    if (shop === null || !keepsRecordsHere(shop)) return
    const placeId = catalog.places.of(template.shopId)?.id ?? null
    await client.putTemplate(template.sharedId, { ...contentOf(template, placeId), revision: 0 }, signal)
  }

  const send = async (client: RecordClient, drawing: Drawing, signal: AbortSignal): Promise<Failure | null> => {
    for (const sha256 of picturesOf(drawing)) {
      const sent = await client.putBlob(sha256, new Uint8Array(await readFile(join(folder, sha256))), signal)
      if (!sent.ok) return sent.failure
    }
    return null
  }

  /** What of the pictures could not be had. */
  const fetchPictures = async (
    client: RecordClient,
    drawing: Drawing,
    signal: AbortSignal,
  ): Promise<Failure | null> => {
    await mkdir(folder, { recursive: true })
    for (const sha256 of picturesOf(drawing)) {
      const path = join(folder, sha256)
      if ((await stat(path).catch(() => null)) !== null) continue
      const blob = await client.blob(sha256, signal)
      if (!blob.ok) return blob.failure
      await writeFile(`${path}.part`, blob.value)
      await rename(`${path}.part`, path)
    }
    return null
  }

  return {
    list,
    async jobs({ shopId, templateId, number, isFailed }) {
      const client = await recordClient(context, access, shopId)
      if (!client.ok) return client
      const template = templateId === undefined ? undefined : catalog.shops.template(templateId)?.code
      const asked = { template, number, state: isFailed ? ('failed' as const) : undefined }
      const listed = await client.value.mockupJobs(asked, AbortSignal.timeout(PATIENCE_MS))
      if (!listed.ok) return listed
      return ok({
        ...listed.value,
        jobs: listed.value.jobs.map((job) => ({ ...job, failure: failureOf(job.failure) })),
      })
    },
    async retry({ shopId, jobId }) {
      const client = await recordClient(context, access, shopId)
      if (!client.ok) return client
      const retried = await client.value.retryMockups(jobId, AbortSignal.timeout(PATIENCE_MS))
      return retried.ok ? ok(null) : retried
    },
    async save({ seen, templateId, name, rank, ...files }) {
      const template = catalog.shops.template(templateId)
      if (template === null) return fail(failure('configuration', { says: 'no-template' }))
      const client = await recordClient(context, access, template.shopId)
      if (!client.ok) return client
      const signal = AbortSignal.timeout(PATIENCE_MS)
      const known = await client.value.mockups(signal)
      if (!known.ok) return known
      const before = known.value.find((one) => one.templateId === template.sharedId && one.name === name)
      if (before !== undefined && seen === undefined)
        return fail(failure('configuration', { says: 'mockup-exists', name }))
      if (before === undefined && seen !== undefined) return fail(failure('configuration', { says: 'no-mockup', name }))
      const drawing = await bringInAll(files)
      if (!drawing.ok) return drawing
      await tellTemplate(client.value, template, signal)
      const unsent = await send(client.value, drawing.value, signal)
      if (unsent !== null) return fail(unsent)
      const content = { ...drawing.value, templateId: template.sharedId, name, rank, revision: seen ?? 0 }
      const answer = await client.value.putMockup(before?.id ?? context.newId(), content, signal)
      return answer.ok ? ok({ isSaved: answer.value.isKept, mockup: answer.value.current }) : answer
    },
    async check(shopId) {
      const client = await recordClient(context, access, shopId)
      const all = await list(shopId)
      if (!client.ok) return client
      if (!all.ok) return all
      const checked: CheckedMockup[] = []
      for (const mockup of all.value) {
        const fault = faultOf(mockup)
        const lacking = await fetchPictures(client.value, mockup, AbortSignal.timeout(PATIENCE_MS))
        checked.push({ mockup, failure: fault === null ? lacking : failure('mockup-wrong', fault) })
      }
      return ok(checked)
    },
    async render({ shopId, mockupId, path, to }) {
      const client = await recordClient(context, access, shopId)
      const all = await list(shopId)
      if (!client.ok) return client
      if (!all.ok) return all
      const mockup = all.value.find(({ id }) => id === mockupId)
      if (mockup === undefined) return fail(failure('configuration', { says: 'no-mockup', name: mockupId }))
      const lacking = await fetchPictures(client.value, mockup, AbortSignal.timeout(PATIENCE_MS))
      if (lacking !== null) return fail(lacking)
      const { photo, placements, quality, watermark } = mockup
      return imaging.call('drawMockup', { drawing: { photo, placements, quality, watermark }, folder, path, to })
    },
  }
}

/** In the words of this program, which may be older than the service. */
function failureOf(told: JobFailure | null): Failure | null {
  if (told === null) return null
  const { code, detail } = told
  const isDetail = typeof detail === 'string' || isSaid(detail)
  return isFailureCode(code) ? failure(code, isDetail ? detail : undefined) : failure('internal', code)
}

function isFailureCode(code: string): code is FailureCode {
  return code in FAILURES
}
