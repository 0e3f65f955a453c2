import { existsSync, readFileSync } from 'node:fs'
import type { NativeImage as ElectronImage, Size } from 'electron'
import { strict } from './strict.ts'

const PNG_SIGNATURE = '89504e470d0a1a0a'

/** An image as its file's bytes: nothing is decoded, so only PNG has a size, and `resize` keeps the pixels. */
export class NativeImage {
  readonly #bytes: Buffer
  readonly #size: Size
  #isTemplate = false

  constructor(bytes: Buffer, size: Size = pngSize(bytes)) {
    this.#bytes = bytes
    this.#size = size
  }

  isEmpty(): boolean {
    return this.#bytes.length === 0
  }

  getSize(): Size {
    return { ...this.#size }
  }

  toPNG(): Buffer {
    return Buffer.from(this.#bytes)
  }

  toDataURL(): string {
    return `data:image/png;base64,${this.#bytes.toString('base64')}`
  }

  resize({ width, height }: { width?: number; height?: number }): NativeImage {
    const { width: fullWidth, height: fullHeight } = this.#size
    const ratio = fullHeight === 0 ? 1 : fullWidth / fullHeight
    return new NativeImage(this.#bytes, {
      width: width ?? Math.round((height ?? fullHeight) * ratio),
      height: height ?? Math.round((width ?? fullWidth) / ratio),
    })
  }

  setTemplateImage(option: boolean): void {
    this.#isTemplate = option
  }

  isTemplateImage(): boolean {
    return this.#isTemplate
  }
}
strict('NativeImage', NativeImage.prototype)
NativeImage.prototype satisfies Pick<ElectronImage, 'isEmpty' | 'toPNG' | 'toDataURL' | 'setTemplateImage'>

export const nativeImage = strict('nativeImage', {
  createEmpty: () => new NativeImage(Buffer.alloc(0)),
  createFromBuffer: (bytes: Buffer) => new NativeImage(bytes),
  /** Electron gives an empty image for a path that cannot be read. */
  createFromPath: (path: string) => new NativeImage(existsSync(path) ? readFileSync(path) : Buffer.alloc(0)),
  createFromDataURL: (url: string) => new NativeImage(Buffer.from(url.slice(url.indexOf(',') + 1), 'base64')),
})

function pngSize(bytes: Buffer): Size {
  const isPng = bytes.length >= 24 && bytes.subarray(0, 8).toString('hex') === PNG_SIGNATURE
  return isPng ? { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) } : { width: 0, height: 0 }
}
