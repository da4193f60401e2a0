"""Text to tree, and what is said about text that is none."""

import pytest

from amazon_photos.errors import FilterError
from amazon_photos.query.expr import MAX_DEPTH, AllOf, And, AnyOf, Equal, Not, Or, Prefix, Range, Term
from amazon_photos.query.parser import parse

DATE = "2014-12-31T23:59:59.000Z"
A, B, C = Term("name", Equal("a")), Term("name", Equal("b")), Term("name", Equal("c"))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("isRoot:true", Equal("true")),
        ("name:sample", Equal("sample")),
        ("name:sample*", Prefix("sample")),
        ("kind:(FILE* OR FOLDER*)", AnyOf((Prefix("FILE"), Prefix("FOLDER")))),
        (f"createdDate:{DATE}", Equal(DATE)),
        (f'modifiedDate:{{"{DATE}" TO *}}', Range(DATE, None, False, False)),
        (f'modifiedDate:["{DATE}" TO *]', Range(DATE, None)),
        (f'createdDate:{{* TO "{DATE}"}}', Range(None, DATE, False, False)),
        (f'createdDate:{{* TO "{DATE}"]', Range(None, DATE, False, True)),
        (f'contentProperties.contentDate:["{DATE}" TO "{DATE}"}}', Range(DATE, DATE, True, False)),
        ("labels:(a AND b)", AllOf((Equal("a"), Equal("b")))),
        ("description:'two words'", Equal("two words")),
        ("contentProperties.md5:6df23dc03f9b54cc38a0fc1483df6e21", Equal("6df23dc03f9b54cc38a0fc1483df6e21")),
        ("parents:-fo1der", Equal("-fo1der")),
        ("parentIds:fo1der", Equal("fo1der")),
        ("status:(TRASH*)", Prefix("TRASH")),
        ("settings.hidden:false", Equal("false")),
        ("settings.favorite:TRUE", Equal("TRUE")),
        ("contentProperties.contentType:image*", Prefix("image")),
        ("contentProperties.extension:jpg", Equal("jpg")),
    ],
)
def test_every_operator_of_the_node_table_is_read(text, value):
    """Each field of Amazon's table is read with each operator that the table gives it."""
    assert parse(text, dialect="node").value == value


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("name:a name:b", And((A, B))),
        ("name:a and name:b Or name:c", Or((And((A, B)), C))),
        ("name:a AND (name:b OR name:c)", And((A, Or((B, C))))),
        ("((name:a) AND (name:b AND name:c))", And((A, B, C))),
        ("NOT name:a AND name:b", And((Not(A), B))),
        ("NOT (name:a name:b)", Not(And((A, B)))),
        ("not NOT name:a", A),
        ("name :\n a\tAND\r\nname:b", And((A, B))),
    ],
)
def test_and_binds_tighter_than_or_and_a_space_is_an_and(text, tree):
    """Trees are canonical: brackets that change nothing leave no trace."""
    assert parse(text) == tree


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("(a b)", AllOf((Equal("a"), Equal("b")))),
        ("(a AND b OR c)", AnyOf((AllOf((Equal("a"), Equal("b"))), Equal("c")))),
        ("(a AND (b OR c))", AllOf((Equal("a"), AnyOf((Equal("b"), Equal("c")))))),
        ("([1 TO 2] OR {3 TO *})", AnyOf((Range("1", "2"), Range("3", None, False, False)))),
    ],
)
def test_groups_are_read_like_filters(text, value):
    """Inside a group AND binds tighter too, and a space is an AND."""
    assert parse(f"name:{text}").value == value


@pytest.mark.parametrize(
    "text",
    [
        r"IMG-1_\(2\)\ it\'s.jpg",
        r"IMG\-1\_\(2\)\ it\'s\.jpg",
        r'''"IMG-1_(2) it's.jpg"''',
        r'"IMG\-1\_\(2\)\ it\'s.jpg"',
        r"'IMG-1_(2) it\'s.jpg'",
    ],
)
def test_every_clients_way_of_escaping_is_read(text):
    """Bare with backslashes, quoted, quoted with backslashes too, - and _ with and without: all the same name."""
    assert parse(f"name:{text}", dialect="node").value == Equal("IMG-1_(2) it's.jpg")
    assert parse(f"name:{text}*", dialect="node").value == Prefix("IMG-1_(2) it's.jpg")


EIGHT = " AND ".join(f"timeDay:{day}" for day in range(1, 9))


@pytest.mark.parametrize(
    ("dialect", "text", "at", "reason", "hint"),
    [
        ("search", "type:PHOTOS AND ^typ:(VIDEOS)", "typ:", "unknown word 'typ' in a search", "did you mean 'type'?"),
        ("node", "^nam:x", "nam", "unknown word 'nam'", "did you mean 'name'?"),
        ("node", "^md5:x", "md5", "unknown word", "did you mean 'contentProperties.md5'?"),
        ("node", "^favorite:true", "favorite", "unknown word", "did you mean 'settings.favorite'?"),
        ("search", "^settings.favorite:true", "settings", "unknown word", "did you mean 'favorite'?"),
        ("search", "^kind:FILE", "kind", "unknown word 'kind' in a search", "use type:(PHOTOS OR VIDEOS)"),
        ("search", "^size:[1 TO 2]", "size", "unknown word", "answered offline: use find()"),
        ("search", "^labels:x", "labels", "unknown word", "a node filter knows it; a search does not"),
        ("node", "^xyzzy:x", "xyzzy", "unknown word", "known words: name,"),
        ("search", "^album:Summer", "album", "unknown word 'album' in a search", "answered offline: use find()"),
        (
            "local",
            "things:^[a TO b]",
            "[a",
            "things does not take word:[a TO b]",
            "it takes word:value and word:value*",
        ),
        ("search", EIGHT + " AND ^name:x AND name:y", "name:x", "10 filter parameters", "group the values"),
        ("search", "things:(sea OR ^b*)", "b*", "things does not take word:value*", "it takes word:value"),
        ("node", "name:^[a TO b]", "[a", "name does not take word:[a TO b]", "word:value and word:value*"),
        ("node", "contentProperties.size:^5", "5", "does not take", "it can only be sorted by"),
        ("node", "contentProperties.contentType:^image/j*", "image", "prefix of the major type only", "image*"),
        ("local", "createdDate:^20*", "20*", "createdDate does not take word:value*", "word:[a TO b]"),
        ("node", "createdDate:^2014", "2014", "must be a date and time such as 2014-12-31T", ""),
        ("node", f'createdDate:["{DATE}" TO ^"2014-13-01T00:00:00Z"]', '"2014-13', "must be a date and time", ""),
        ("local", "createdDate:[2019 TO ^2019-02-30]", "2019-02-30", "must be a date such as 2019", ""),
        ("search", "timeYear:(2022 OR ^next)", "next", "must be a whole number, not 'next'", ""),
        ("local", "video.duration:^nan", "nan", "must be a number", ""),
        ("search", "favorite:^yes", "yes", "must be true or false", ""),
        ("node", "isRoot:^false", "false", 'isRoot takes only "true"', ""),
        ("search", "^NOT favorite:true", "NOT", "a search has no negation", "query() with a filter built from F"),
        ("search", "type:^(PHOTOS OR VIDEOS", "(PHOTOS", "this bracket is never closed", ""),
        ("search", "^(type:PHOTOS OR timeYear:2019", "(type", "this bracket is never closed", ""),
        ("local", "size:^[1 TO 2", "[1", "this bracket is never closed", ""),
        ("search", "type:PHOTOS^)", ")", "this bracket was never opened", ""),
        ("local", "NOT ^)", ")", "this bracket was never opened", ""),
        ("search", "(type:PHOTOS AND ^)", ")", "a term is missing here", "such as type:(PHOTOS)"),
        ("search", "type:PHOTOS AND(^)", ")", "a term is missing here", ""),
        ("search", "(^)", ")", "a term is missing here", ""),
        ("search", "type:(PHOTOS AND ^timeYear:2023)", "timeYear", "'timeYear' begins another term", r"timeYear\:"),
        ("search", "type:(PHOTOS OR ^type:(VIDEOS))", "type:(V", "'type' begins another term", "close the bracket"),
        ("node", "name:((a b) ^kind :FILE)", "kind", "inside the brackets of 'name'", r"kind\:"),
        ("search", 'name:"a^\ud800"', "\ud800", "half a character", "UTF-8"),
        ("search", "NOT ^typ:x", "typ", "unknown word 'typ'", "did you mean 'type'?"),
        ("search", "^NOT things:beach", "NOT", "a search has no negation", "only Amazon's search index knows 'things'"),
        (
            "search",
            "things:(^NOT beach)",
            "NOT",
            "a search has no negation",
            "ask find(), after refresh(relations=True); as a value, NOT",
        ),
        ("local", "name:(a OR ^NOT b)", "NOT", "a value is missing", "stands before the word: NOT name:"),
        ("local", "^peple:x", "peple", "unknown word", "did you mean 'people'?"),
        ("search", "^image:x", "image", "unknown word", "it only begins other words: image.dateTime, image.width,"),
        ("local", "^image:x", "image", "unknown word", "it only begins other words: image.dateTime, image.width,"),
        (
            "node",
            "^settings:x",
            "settings",
            "unknown",
            "it only begins other words: settings.favorite, settings.hidden",
        ),
        (
            "node",
            "^type:PHOTOS",
            "type",
            "unknown word",
            "ask query(), or nodes() with contentProperties.contentType:image*",
        ),
        ("local", "^flash:x", "flash", "unknown word", "did you mean 'image.flash'?"),
        (
            "node",
            "^taken:2023",
            "taken",
            "unknown word",
            "it is answered offline: use find(), or nodes() with a filter",
        ),
        (
            "search",
            "^taken:2023",
            "taken",
            "unknown word",
            "it is answered offline: use find(), or query() with a filter",
        ),
        ("local", 'taken:^"2023-06-01T12:00:00Z"', '"2023', "which has no zone: such as 2023-06-01T12:00:00", ""),
        ("search", "timeYear:^2_023", "2_", "must be a whole number", ""),
        ("search", "timeYear:^२०२३", "२", "must be a whole number", ""),
        ("local", "size:^1e3", "1e3", "must be a whole number", ""),
        ("local", "video.duration:^1_0", "1_0", "must be a number", ""),
        ("local", "video.duration:^infinity", "inf", "must be a number", ""),
        ("node", 'createdDate:^"2020-W09-6T12:00:00.000Z"', '"2020-W', "must be a date and time", ""),
        ("node", 'createdDate:^"2019-07-04T22:00:00,000Z"', '"2019', "must be a date and time", ""),
        ("node", 'createdDate:[^"0001-01-01T00:00:00+05:00" TO *]', '"0001', "must be a date and time", ""),
        ("local", "createdDate:^२०१९", "२", "must be a date such as", ""),
        ("search", 'name:^"a b', '"a', "this quote is never closed", "a backslash"),
        ("local", "size:[1 ^2]", "2]", "a range needs TO", 'such as ["2014'),
        ("local", "size:[1 TO ^]", "]", "an end of the range is missing", "* means no limit"),
        ("local", "name:[^a* TO b]", "a*", "a range has no prefixes", ""),
        ("search", "name:^", "", "a value is missing here", ""),
        ("search", "name:^or", "or", "a value is missing here", 'OR wants quotes: "OR"'),
        ("search", "name:(a OR ^)", ")", "a value is missing here", ""),
        ("search", "name:a^*b", "*b", "an asterisk can only stand behind", r"\*"),
        ("search", "name:(^*b*)", "*b", "an asterisk can only stand behind", "beginnings"),
        ("search", "name:a^\\", "\\", "a backslash belongs before", ""),
        ("search", "name:my ^photo", "photo", "a word and a colon were expected", "quote values with spaces"),
        ("search", "type:PHOTOS AND^", "", "the filter ends too early", ""),
        ("search", "^", "", "the filter is empty", ""),
    ],
)
def test_errors_say_what_where_and_what_was_meant(dialect, text, at, reason, hint):
    """The caret (drawn into the text here as ^) stands under the fault; the hint says what to do."""
    position = text.index("^")
    text = text.replace("^", "", 1)
    with pytest.raises(FilterError) as caught:
        parse(text, dialect=dialect)
    error = caught.value
    assert (error.position, error.text) == (position, text)
    assert text[position:].startswith(at)
    assert reason in error.reason
    assert hint in error.hint
    assert str(error).startswith(error.reason)


@pytest.mark.parametrize(
    ("before", "columns"),
    [
        ("name:x AND ", 11),
        ("name:'日本語の写真' AND ", 24),
        ("name:e\u0301 AND\n\t", 12),
        ("name:ที่นี่ AND ", 12),
        ("name:नमस्ते AND ", 14),
        ("name:\u1112\u1161\u11ab AND ", 12),
        ("name:\u2764\ufe0f AND ", 11),
        ("name:e\u20dd AND ", 11),
        ("name:x OR " * 40, 61),
    ],
)
def test_the_caret_stands_under_the_fault_on_a_terminal(before, columns):
    """Behind wide letters, marks that fill no column, letters in parts, line breaks, and far along a long filter."""
    with pytest.raises(FilterError) as caught:
        parse(before + "typ:(y)" + " AND name:z" * 40, dialect="search")
    _, shown, caret, _ = str(caught.value).split("\n")
    assert caret == " " * (4 + columns) + "^"
    assert len(shown) < 140


@pytest.mark.parametrize(
    "nested",
    [
        lambda depth: "(" * depth + "name:a" + ")" * depth,
        lambda depth: "NOT " * depth + "name:a",
        lambda depth: "NOT (" * (depth // 2) + "name:(a)" + ")" * (depth // 2),
        lambda depth: "name:" + "(" * (depth + 1) + "a" + ")" * (depth + 1),
    ],
)
def test_brackets_may_be_deep_but_not_endless(nested):
    """A hostile filter is refused, not a crash."""
    assert list(parse(nested(MAX_DEPTH)).terms()) == [A]
    for deeper in (MAX_DEPTH + 2, 5_000):
        with pytest.raises(FilterError, match=f"nested deeper than {MAX_DEPTH}"):
            parse(nested(deeper))


@pytest.mark.parametrize("text", ["12:30", "a:b", r"type\:a", '"type:a"', "http://x"])
def test_a_colon_may_belong_to_a_value(text):
    """Only a word that is known begins a term; quotes and backslashes make a value of it."""
    group = parse(f"name:(x OR {text})", dialect="search").value
    assert group.parts[1] == Equal(text.replace("\\", "").strip('"'))
    assert parse("name:type:a", dialect="search").value == Equal("type:a")
    assert parse("name:a AND name:type:a", dialect="search").parts[1].value == Equal("type:a")


@pytest.mark.parametrize("text", ['["a"TO"b"]', "['a'TO'b']", '["a" to"b"]', '["a"To "b"]'])
def test_quotes_need_no_spaces(text):
    """A quote ends a value, and a keyword ends at a quote."""
    assert parse(f"name:{text}").value == Range("a", "b")
    assert parse('name:("a"OR"b")').value == AnyOf((Equal("a"), Equal("b")))
    assert parse('name:"a"AND name:b') == And((A, B))


def test_a_long_unclosed_quote_is_found_at_once():
    """Half a megabyte of text without an end is read once, not again and again."""
    with pytest.raises(FilterError, match="never closed"):
        parse('name:"' + "a\\b" * 200_000)
