"""Writes goldens.json: what Galley's hashes must be, computed without any of Galley's code.

Needs Debian's python3-pil, python3-numpy, python3-scipy and python3-pywt:  /usr/bin/python3 reference.py
The hashes are those of Python imagehash 4.3.2 (average_hash, dhash, phash, whash with their defaults), written out
here over PIL, numpy, scipy and pywt. They are taken from the picture as Galley defines it: turned as EXIF says,
composited over white, or over black where the luma within the bounding box of alpha > 0 deviates by less than 6 over
white and more over black.
"""
import json
from pathlib import Path

import numpy
import pywt
import scipy.fftpack
from PIL import Image, ImageOps

HERE = Path(__file__).parent


def hex_of(bits):
    return "%016x" % int("".join("1" if bit else "0" for bit in bits.flatten()), 2)


def resized(luma, width, height):
    return numpy.asarray(luma.resize((width, height), Image.LANCZOS))


def ahash(luma):
    pixels = resized(luma, 8, 8)
    return hex_of(pixels > pixels.mean())


def dhash(luma):
    pixels = resized(luma, 9, 8)
    return hex_of(pixels[:, 1:] > pixels[:, :-1])


def phash(luma):
    rows = scipy.fftpack.dct(resized(luma, 32, 32), axis=0)
    low = scipy.fftpack.dct(rows, axis=1)[:8, :8]
    return hex_of(low > numpy.median(low))


def whash(luma):
    scale = max(2 ** int(numpy.log2(min(luma.size))), 8)
    levels = int(numpy.log2(scale))
    coefficients = list(pywt.wavedec2(resized(luma, scale, scale) / 255.0, "haar", level=levels))
    coefficients[0] *= 0
    pixels = pywt.waverec2(coefficients, "haar")
    low = pywt.wavedec2(pixels, "haar", level=levels - 3)[0]
    return hex_of(low > numpy.median(low))


def over(picture, ground):
    flat = Image.new("RGBA", picture.size, ground)
    return Image.alpha_composite(flat, picture).convert("RGB").convert("L")


def luma_of(path):
    picture = ImageOps.exif_transpose(Image.open(path)).convert("RGBA")
    box = picture.getchannel("A").getbbox()
    light, dark = over(picture, (255, 255, 255, 255)), over(picture, (0, 0, 0, 255))
    deviations = [float(numpy.asarray(luma.crop(box) if box else luma).std()) for luma in (light, dark)]
    blank = deviations[0] < 6 and deviations[1] > deviations[0]
    return ("dark", dark) if blank else ("light", light)


def golden(path):
    matte, luma = luma_of(path)
    hashes = {"phash": phash(luma), "ahash": ahash(luma), "dhash": dhash(luma), "whash": whash(luma)}
    return {"matte": matte, "width": luma.size[0], "height": luma.size[1], **hashes}


def noise(width, height):
    """The same picture as `noise` of src/engine/imaging/pixel-kernels.test.ts."""
    values = [(x * x * 7 + y * y * 13 + x * y * 3 + (x // 5) * 40) % 256 for y in range(height) for x in range(width)]
    return Image.fromarray(numpy.array(values, dtype=numpy.uint8).reshape(height, width))


def resize_golden(source, target):
    pixels = resized(noise(*source), *target)
    return {"from": source, "to": target, "pixels": [int(value) for value in pixels.flatten()]}


if __name__ == "__main__":
    pictures = {path.stem: golden(path) for path in sorted((HERE / "pictures").glob("*.png"))}
    cases = [((97, 61), (8, 8)), ((97, 61), (9, 8)), ((64, 200), (32, 32)), ((5, 3), (9, 8)), ((8, 31), (8, 8))]
    resizes = [resize_golden(source, target) for source, target in cases]
    (HERE / "goldens.json").write_text(json.dumps({"pictures": pictures, "resizes": resizes}, indent=1) + "\n")
