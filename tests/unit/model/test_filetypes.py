"""The seed's known file types."""

from amazon_photos.model.filetypes import categories, category


def test_every_extension_of_the_seed_has_its_category():
    """The seed lists 83 extensions in eleven categories."""
    assert set(categories().values()) == {
        "pdf", "doc", "mp3", "xls", "ppt", "txt", "markup", "zip", "img", "vid", "exe",
    }  # fmt: skip
    assert len(categories()) == 83


def test_names_and_extensions_are_understood_alike():
    """A file name, a dotted extension and a bare one give the same category, in either case."""
    assert category("IMG_1.JPG") == category(".jpg") == category("jpg") == "img"
    assert category("clip.MOV") == "vid"
    assert category("photo.heic") is None
