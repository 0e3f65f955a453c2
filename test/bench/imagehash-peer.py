"""The peer of `npm run bench -- imaging`: the four hashes of each file, one after another, in one process.

Reads a JSON list of [path, "light" | "dark"] from its input: the ground that Galley composites the picture over. Real
imagehash where it can be imported; else what goldens/reference.py writes out of it, over the same PIL, numpy, scipy and
pywt. The time that importing takes is not counted.
"""
import json
import re
import sys
import time
from pathlib import Path

from PIL import Image, ImageOps

sys.path.insert(0, str(Path(__file__).parent.parent / "support" / "goldens"))
import reference

try:
    import imagehash
except ImportError:
    imagehash = None

KINDS = {"phash": "phash", "ahash": "average_hash", "dhash": "dhash", "whash": "whash"}
GROUNDS = {"light": (255, 255, 255, 255), "dark": (0, 0, 0, 255)}


def hash_of(luma, kind):
    return str(getattr(imagehash, KINDS[kind])(luma)) if imagehash else getattr(reference, kind)(luma)


def luma_of(path, matte):
    picture = ImageOps.exif_transpose(Image.open(path))
    if "A" in picture.getbands() or "transparency" in picture.info:
        return reference.over(picture.convert("RGBA"), GROUNDS[matte])
    return picture.convert("RGB").convert("L")


def hashes_of(path, matte):
    luma = luma_of(path, matte)
    return {kind: hash_of(luma, kind) for kind in KINDS}


def peak_bytes():
    return int(re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text()).group(1)) * 1024


if __name__ == "__main__":
    files = json.load(sys.stdin)
    started, cpu = time.perf_counter(), time.process_time()
    hashes = [hashes_of(path, matte) for path, matte in files]
    used = {"ms": (time.perf_counter() - started) * 1000, "cpuMs": (time.process_time() - cpu) * 1000}
    version = f"imagehash {imagehash.__version__}" if imagehash else None
    print(json.dumps({"version": version, "hashes": hashes, "peakBytes": peak_bytes(), **used}))
