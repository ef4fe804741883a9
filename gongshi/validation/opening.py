"""Opens what a batch was sent as: a file of any kind, or rows kept as a document."""

from pathlib import Path

from django.conf import settings

from gongshi.intake.models import Batch, BatchSource
from gongshi.intake.reading import Reading, read, read_document, upload_limits


def open_reading(batch: Batch, path: Path) -> Reading:
    """Return the batch's stored file, opened at its plain copy."""
    if batch.source != BatchSource.FILE:
        return read_document(path)
    edition = batch.forced_edition or None
    limits = upload_limits(settings.UPLOAD_LIMIT_BYTES)
    return read(path, name=batch.name, edition=edition, limits=limits)
