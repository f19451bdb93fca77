# Run as `python3 -I -c CODE pdf|pdfs|photo`: HTML or a picture on standard input, PDF or JPEG on standard
# output; of pdfs several, each behind a line with its size, and an empty one where it could not be printed.
# What it reads comes from records, so nothing but data: is fetched and the memory is limited.
# 0 done; 65 not printable as it is; 69 the library is missing.
import ctypes.util
import io
import logging
import resource
import sys


def leave(status, text):
    sys.stderr.write(str(text)[:400].replace("\n", " ") + "\n")
    sys.stderr.flush()
    sys.exit(status)


# A character that no installed font has would vanish from the paper: it is printed by its number.
def visible(text):
    unknown = {char for char in text if ord(char) > 0x24F}
    if not unknown:
        return text
    try:
        from ctypes import CDLL, byref, c_char_p, c_int, c_uint32, c_void_p

        library = CDLL("libfontconfig.so.1")
        for name in ("FcPatternCreate", "FcObjectSetBuild", "FcFontList"):
            getattr(library, name).restype = c_void_p
        fonts = library.FcFontList(
            None,
            c_void_p(library.FcPatternCreate()),
            c_void_p(library.FcObjectSetBuild(c_char_p(b"charset"), c_void_p())),
        )
        count = c_int.from_address(fonts).value
        patterns = (c_void_p * count).from_address(c_void_p.from_address(fonts + 8).value)
        for pattern in patterns:
            charset = c_void_p()
            if library.FcPatternGetCharSet(c_void_p(pattern), b"charset", 0, byref(charset)) == 0:
                unknown = {c for c in unknown if not library.FcCharSetHasChar(charset, c_uint32(ord(c)))}
    except (OSError, AttributeError, ValueError):
        return text
    return text.translate({ord(char): "[U+%04X]" % ord(char) for char in unknown})


def pdf(data):
    # For names of libraries that the loader does not know, cffi asks ldconfig, gcc and ld: a third of the time to start.
    # WeasyPrint tries the names that it knows, too.
    ctypes.util.find_library = lambda name: None
    try:
        from weasyprint import HTML, default_url_fetcher
    except Exception as error:
        leave(69, error)
    refused = []

    def only_data(url, *args, **options):
        if url[:5].lower() == "data:":
            return default_url_fetcher(url, *args, **options)
        refused.append(url)
        raise ValueError("refused: " + url)

    class Errors(logging.Handler):
        def emit(self, record):
            if record.levelno >= logging.ERROR:
                refused.append(record.getMessage())

    log = logging.getLogger("weasyprint")
    log.handlers = [Errors()]
    log.propagate = False
    document = HTML(string=visible(data.decode("utf-8")), base_url=None, url_fetcher=only_data)
    out = document.write_pdf()
    if refused:
        raise ValueError(refused[0])
    return out


def pdfs(data):
    out = io.BytesIO()
    while data:
        size, _, data = data.partition(b"\n")
        one, data = data[: int(size)], data[int(size) :]
        try:
            made = pdf(one)
        except (MemoryError, RecursionError, ValueError, OSError):
            made = b""
        out.write(b"%d\n" % len(made) + made)
    return out.getvalue()


def photo(data):
    try:
        from PIL import Image, ImageOps
    except Exception as error:
        leave(69, error)
    Image.MAX_IMAGE_PIXELS = 120_000_000
    try:
        picture = Image.open(io.BytesIO(data), formats=("JPEG", "PNG"))
        picture.draft("RGB", (1600, 1600))
        picture = ImageOps.exif_transpose(picture)
        picture.thumbnail((1600, 1600))
        if picture.mode not in ("RGB", "L"):
            flat = Image.new("RGB", picture.size, "white")
            rgba = picture.convert("RGBA")
            flat.paste(rgba, mask=rgba.getchannel("A"))
            picture = flat
        # A new image: nothing of the old one's metadata goes along.
        clean = Image.frombytes(picture.mode, picture.size, picture.tobytes())
    except Exception as error:
        leave(65, error)
    out = io.BytesIO()
    clean.save(out, "JPEG", quality=80)
    return out.getvalue()


def main():
    most = 3 << 30
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    data = sys.stdin.buffer.read()
    try:
        out = {"pdf": pdf, "pdfs": pdfs, "photo": photo}[sys.argv[1]](data)
    except (MemoryError, RecursionError, ValueError, OSError) as error:
        leave(65, str(error) or repr(error))
    sys.stdout.buffer.write(out)


main()
