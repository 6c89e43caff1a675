"""Pictures of permit codes: what a camera sees as a video of one picture, and a scan of paper."""

import io
from pathlib import Path

from PIL import Image

from gateway.paper.qr import MODULE_MM, qr_code

WIDTH, HEIGHT = 1280, 720


def scanned(address: str, degrees: float) -> bytes:
    """A page of A4 at 200 dots per inch with the code at its smallest size, turned and greyed."""
    code = Image.open(io.BytesIO(qr_code(address).png)).convert("L")
    side = round((code.width / 4) * MODULE_MM / 25.4 * 200)
    page = Image.new("L", (1654, 2339), 215)
    small = code.resize((side, side), Image.Resampling.BOX)
    page.paste(small.point(lambda level: 60 + level * 155 // 255), (1000, 300))
    turned = page.rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=200)
    file = io.BytesIO()
    turned.save(file, "JPEG", quality=70)
    return file.getvalue()


def video(address: str, file: Path) -> None:
    """Write a video (YUV4MPEG2) of a code that is held, a little askew, before a camera."""
    code = Image.open(io.BytesIO(qr_code(address).png)).convert("L")
    side = HEIGHT - 80
    held = code.resize((side, side), Image.Resampling.LANCZOS).rotate(
        3, Image.Resampling.BICUBIC, fillcolor=255
    )
    frame = Image.new("L", (WIDTH, HEIGHT), 170)
    frame.paste(held, ((WIDTH - side) // 2, 40))
    grey = bytes([128]) * (WIDTH * HEIGHT // 2)
    with file.open("wb") as opened:
        opened.write(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F10:1 Ip A1:1 C420mpeg2\n".encode())
        for _ in range(2):
            opened.write(b"FRAME\n" + frame.tobytes() + grey)
