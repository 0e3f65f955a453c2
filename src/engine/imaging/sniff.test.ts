import { describe, expect, it } from 'vitest'
import { sniff } from './sniff.ts'

const start = (latin1: string): Uint8Array => Buffer.from(latin1, 'latin1')

describe('sniff', () => {
  it.each([
    ['png', '\x89PNG\r\n\x1a\n\0\0\0\rIHDR'],
    ['jpeg', '\xff\xd8\xff\xe1\0\0Exif'],
    ['webp', 'RIFF\x10\x20\0\0WEBPVP8X'],
    ['tiff', 'II*\0\x08\0\0\0'],
    ['tiff', 'MM\0*\0\0\0\x08'],
    ['tiff', 'II*\0\xf0\x01\0\0CRCRCRCR'],
    ['gif', 'GIF89a\x01\0'],
    ['avif', '\0\0\0\x20ftypavif\0\0\0\0mif1miaf'],
    ['avif', '\0\0\0\x20ftypmif1\0\0\0\0avifmiaf'],
  ])('knows %s by its first bytes', (format, bytes) => {
    expect(sniff(start(bytes))).toEqual({ format })
  })

  it.each([
    ['photoshop', '8BPS\0\x01\0\0'],
    ['bmp', 'BM\x36\0\0\0'],
    ['svg', '<svg xmlns="http://www.w3.org/2000/svg">'],
    ['svg', '\xef\xbb\xbf<?xml version="1.0"?><svg>'],
    ['pdf', '%PDF-1.7'],
    ['heic', '\0\0\0\x18ftypheic\0\0\0\0mif1heic'],
    ['text', 'Dear printer,\r\nplease find attached'],
    ['pdf', '\xc5\xd0\xd3\xc6\x20\0\0\0'],
    ['web-page', '\n<!DOCTYPE html><html>'],
    ['camera-raw', 'II*\0\x10\0\0\0CR\x02\0'],
    ['camera-raw', '\0\0\0\x18ftypcrx \0\0\0\x01'],
    ['video', '\0\0\0\x18ftypmp42\0\0\0\0'],
    ['jpeg-2000', '\0\0\0\x0cjP  \r\n'],
    ['gimp', 'gimp xcf v011\0'],
    ['affinity', '\0\xffKA\x0b\0'],
    ['corel', 'RIFF\x10\0\0\0CDRHvrsn'],
    ['macos', '\0\x05\x16\x07\0\x02\0\0Mac OS X'],
    ['icon', '\0\0\x01\0\x01\0'],
    ['unknown', '\0\0\x02\0\0\0'],
    ['zeros', '\0\0\0\0\0\0\0'],
  ])('says that a refused file looks like %s', (looksLike, bytes) => {
    expect(sniff(start(bytes))).toEqual({ format: null, looksLike })
  })
})
