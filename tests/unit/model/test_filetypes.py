"""The table of file types: the predecessor's, and what cameras and phones write today."""

import pytest

from amazon_photos.model.filetypes import categories, category, category_of

OF_THE_PREDECESSOR = {
    "pdf": "pdf",
    "doc": "doc docx docm dot dotx dotm asd cnv",
    "mp3": "mp3 m4a m4b m4p wav aac aif mpa wma flac mid ogg",
    "xls": "xls xlm xll xlc xar xla xlb xlsb xlsm xlsx xlt xltm xltx xlw",
    "ppt": "ppt pptx ppa ppam pptm pps ppsm ppsx pot potm potx sldm sldx",
    "txt": "txt text rtf",
    "markup": "xml htm html",
    "zip": "zip rar 7z",
    "img": "jpg jpeg png bmp gif tif svg",
    "vid": "mp4 m4v qt mov mpg mpeg 3g2 3gp flv f4v asf avi wmv",
    "exe": "swf exe dll ax ocx rpm",
}
OF_TODAY = {
    "img": "heic heif hif avif avci webp jxl jpe jfif tiff mpo jps insp dng cr2 cr3 crw nef nrw arw sr2 srf raf orf "
    "rw2 pef srw x3f gpr 3fr iiq raw",
    "vid": "mts m2ts ts mkv webm vob mpe m2v mpv dv mxf insv lrv",
}


def test_every_extension_of_the_predecessor_has_its_category():
    """The predecessor lists 83 extensions in eleven categories; they stand first, in its order."""
    theirs = [(extension, name) for name, all_of_it in OF_THE_PREDECESSOR.items() for extension in all_of_it.split()]
    assert len(theirs) == 83
    assert list(categories().items())[:83] == theirs
    assert set(categories().values()) == set(OF_THE_PREDECESSOR)


@pytest.mark.parametrize("kind", ["img", "vid"])
def test_what_cameras_write_today_is_known(kind):
    """HEIC, AVIF, JPEG XL and raw files are pictures, AVCHD and Matroska are videos."""
    assert {category(extension) for extension in OF_TODAY[kind].split()} == {kind}


def test_names_and_extensions_are_understood_alike():
    """A file name, a dotted extension and a bare one give the same category, in either case."""
    assert category("IMG_1.JPG") == category(".jpg") == category("jpg") == "img"
    assert category("clip.MOV") == "vid"
    assert category("photo.HEIC") == "img"
    assert category("photo.psd") is None


def test_a_name_alone_has_no_category():
    """A file called "jpg" has no extension, and so no category."""
    assert category_of("jpg") is None
    assert category_of("a.jpg") == category_of(".jpg") == "img"
