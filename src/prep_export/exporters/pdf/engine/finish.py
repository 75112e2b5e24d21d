"""The last step of a PDF: what reportlab cannot write."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path


def finish(path: str) -> None:
    """Pack the objects of a file, most of which are small, and give it its metadata as XMP too.

    The metadata say that the file is PDF/UA-1, for which tests/test_accessible.py stands in. Raises
    OSError.
    """
    from pikepdf import ObjectStreamMode, Pdf

    finished = BytesIO()  # qpdf ends the whole process where a disk is full
    with Pdf.open(path) as document:
        if "/Trapped" in document.docinfo:  # reportlab's; XMP has no word for it
            del document.docinfo["/Trapped"]
        with document.open_metadata(set_pikepdf_as_editor=False) as metadata:
            metadata.load_from_docinfo(document.docinfo)
            metadata["pdfuaid:part"] = "1"
            metadata["dc:language"] = {str(document.Root.get("/Lang", "x-default"))}
        document.save(finished, object_stream_mode=ObjectStreamMode.generate, deterministic_id=True)
    Path(path).write_bytes(finished.getvalue())
