import sharp from 'sharp'

const LOADERS = [
  ...['Jpeg', 'Png', 'Webp', 'Tiff', 'Nsgif', 'Heif'].map((name) => `VipsForeignLoad${name}File`),
  // What of a file can be read, in memory.
  ...['Jpeg', 'Tiff'].map((name) => `VipsForeignLoad${name}Buffer`),
]

/** Makes libvips of this whole process fit for files of unknown origin: only the decoders that Galley needs, one
 *  thread a picture (several pictures at once pay, threads do not), nothing kept between pictures. */
export function guardLoaders(): void {
  sharp.block({ operation: ['VipsForeignLoad'] })
  sharp.unblock({ operation: LOADERS })
  sharp.concurrency(1)
  sharp.cache(false)
}

export function imagingVersions(): { readonly sharp: string; readonly libvips: string } {
  return { sharp: sharp.versions.sharp ?? 'unknown', libvips: sharp.versions.vips }
}
