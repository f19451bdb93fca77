# Run as `python3 -I -c CODE pdf|photo`: HTML or a picture on standard input, PDF or JPEG on standard output.
# What it reads comes from records, so nothing but data: is fetched and the memory is limited.
# 0 done; 65 not printable as it is; 69 the library is missing.
import io
import logging
import resource
import sys


def leave(status, text):
    sys.stderr.write(str(text)[:400].replace("\n", " ") + "\n")
    sys.stderr.flush()
    sys.exit(status)


def pdf(data):
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
    document = HTML(string=data.decode("utf-8"), base_url=None, url_fetcher=only_data)
    out = document.write_pdf()
    if refused:
        leave(65, refused[0])
    return out


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
        out = {"pdf": pdf, "photo": photo}[sys.argv[1]](data)
    except (MemoryError, RecursionError, ValueError, OSError) as error:
        leave(65, repr(error))
    sys.stdout.buffer.write(out)


main()
