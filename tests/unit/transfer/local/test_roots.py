"""What a caller names to be walked: what it can be, and what is refused before anything is sent."""

import pandas as pd
import pytest

from amazon_photos.errors import InvalidInput
from amazon_photos.transfer.local.roots import scan_roots


def test_what_leads_nowhere_is_refused(tmp_path):
    """A path that is not there is an error before anything is sent; so is no path at all."""
    with pytest.raises(InvalidInput, match="no such file or folder"):
        scan_roots(tmp_path / "missing")
    with pytest.raises(InvalidInput, match="nothing to upload"):
        scan_roots([])
    for odd in ("a\0b", "half \ud800", b"bytes", 5):
        with pytest.raises(InvalidInput, match=r"^path (holds|must)"):
            scan_roots([odd])


@pytest.mark.parametrize("odd", [b"a.jpg", bytearray(b"a.jpg"), 5, None, pd.DataFrame({"path": ["a.jpg"]})])
def test_what_holds_no_paths_is_refused(odd):
    """Bytes are no list of paths, nor is a frame, of which Python would take the names of its columns."""
    with pytest.raises(InvalidInput, match="path is a file, a folder, or a list of them"):
        scan_roots(odd)
