"""Takes uploads in without letting one fill the disk."""

from django.conf import settings
from django.core.files.uploadhandler import TemporaryFileUploadHandler


class BoundedUpload(TemporaryFileUploadHandler):
    """Keeps of each file at most one byte more than the limit.

    Named in `FILE_UPLOAD_HANDLERS`. The rest of a larger file is read and dropped,
    so that its sender gets a page with an answer instead of a broken connection;
    the file tells its true size.
    """

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Write what there is room for."""
        room = settings.UPLOAD_LIMIT_BYTES + 1 - start
        if room > 0:
            super().receive_data_chunk(raw_data[:room], start)
