"""Files as people and others send them, made on the spot."""

import io
import zipfile

from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DecodedStreamObject, DictionaryObject, NameObject, TextStringObject

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def pdf(note: str = "", *, password: str = "", script: str = "") -> bytes:
    """Return a PDF of one empty page."""
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    writer.add_metadata({"/Title": note or "A report"})
    if script:
        names = {"/S": NameObject("/JavaScript"), "/JS": TextStringObject(script)}
        action = DictionaryObject({NameObject(name): value for name, value in names.items()})
        writer.root_object[NameObject("/OpenAction")] = writer._add_object(action)
    if password:
        writer.encrypt(password, algorithm="AES-256")
    return written(writer)


def acting_pdf(kind: str = "/Launch") -> bytes:
    """Return a PDF that does something when it is opened: by default, it starts a program."""
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    action = DictionaryObject({NameObject("/S"): NameObject(kind), NameObject("/F"): TextStringObject("calc.exe")})
    writer.root_object[NameObject("/OpenAction")] = action
    return written(writer)


def carrying_pdf() -> bytes:
    """Return a PDF with another file attached."""
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    writer.add_attachment("x.exe", b"MZ")
    return written(writer)


def quietly_carrying_pdf() -> bytes:
    """Return a PDF with another file attached that no list names, and that doesn't say what it is."""
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    carried = DecodedStreamObject()
    carried.set_data(b"MZ")
    file = DictionaryObject({NameObject("/EF"): DictionaryObject({NameObject("/F"): writer._add_object(carried)})})
    writer.root_object[NameObject("/AF")] = ArrayObject([file])
    return written(writer)


def written(writer: PdfWriter) -> bytes:
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 30)) -> bytes:
    """Return a picture with something on it."""
    target = io.BytesIO()
    image = Image.effect_noise(size, 90) if size[0] < 1000 else Image.new("1", size)
    image.save(target, kind)
    return target.getvalue()


def archive(name: str = "inside.txt") -> bytes:
    """Return a zip."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as packed:
        packed.writestr(name, "text")
    return target.getvalue()
