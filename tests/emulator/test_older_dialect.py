"""What is served of 2015's dialect: uploads as forms, PUT /trash/{id}, and moving."""

import json

import pytest

BOUNDARY = "b0undary"


def form(metadata, content, *, disposition='name="content"; filename="a.jpg"', end=True):
    text = metadata if isinstance(metadata, str) else json.dumps(metadata)
    lines = [
        f"--{BOUNDARY}",
        'Content-Disposition: form-data; name="metadata"',
        "",
        text,
        f"--{BOUNDARY}",
        f"Content-Disposition: form-data; {disposition}",
        "Content-Type: image/jpeg",
        "",
        "",
    ]
    return "\r\n".join(lines).encode() + content + (f"\r\n--{BOUNDARY}--\r\n".encode() if end else b"")


def post(call, body, **query):
    headers = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    return call.ask("POST", "/cdproxy/nodes", body=body, headers=headers, **query)


def test_a_form(call):
    """metadata (JSON), then content: 201 with the node and exactly those bytes (live with cookies, one voice)."""
    folder, content = call.folder("x").json["id"], bytes(range(256)) * 2000 + b"\r\n--almost"
    asked = {"name": "a.bin", "kind": "FILE", "parents": [folder], "labels": ["x"], "description": "y"}
    answer = post(call, form(asked, content))
    assert answer.status == 201
    node = answer.json
    assert (node["name"], node["parents"], node["labels"], node["description"]) == ("a.bin", [folder], ["x"], "y")
    assert call.get(f"/cdproxy/nodes/{node['id']}").body == content


def test_duplicates_of_a_form(call):
    """409 as with bare bytes, unless suppress=deduplication (2015)."""
    first = call.uploaded("a.txt", b"same")
    answer = post(call, form({"name": "b.txt"}, b"same"))
    assert (answer.status, answer.json["id"]) == (409, first)
    assert post(call, form({"name": "b.txt"}, b"same"), suppress="deduplication").status == 201


def test_a_form_in_two_folders(call):
    """2015's nodes may have several parents."""
    parents = [call.folder(name).json["id"] for name in "ab"]
    node = post(call, form({"name": "x.txt", "parents": parents}, b"x")).json
    assert node["parents"] == parents
    assert call.names(call.get(f"/drive/v1/nodes/{parents[1]}/children")) == ["x.txt"]


def test_a_folder_named_twice(call):
    """What is made in the same folder twice is in it once, be it a form's file or a folder."""
    folder = call.folder("x").json["id"]
    wanted = {"name": "y", "parents": [folder, folder]}
    made = call.ask("POST", "/drive/v1/nodes", body={"kind": "FOLDER", **wanted})
    assert (made.status, made.json["parents"]) == (201, [folder])
    assert post(call, form({**wanted, "name": "z"}, b"z")).json["parents"] == [folder]
    assert call.names(call.get(f"/drive/v1/nodes/{folder}/children")) == ["y", "z"]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (form({"name": "x"}, b"x", disposition='name="content"'), '{"name":"content","Content-Type":"image/jpeg"}'),
        (form({"name": "x"}, b"x", disposition='name="other"; filename="a"'), "Cannot read from request."),
        (form({"name": "x"}, b"x", end=False), "Cannot read from request."),
        (
            form({"name": "x"}, b"x", disposition='name="content"; filename="a"\r\nno colon'),
            "Cannot read from request.",
        ),
        (form({"name": "x"}, b"x", disposition='name="content"; filename="a"\r\na\0b: c'), "Cannot read from request."),
        (b"nonsense", "Cannot read from request."),
        (form("{", b"x"), "Request body is not JSON"),
        (form("[]", b"x"), "Request body is not a JSON object"),
        (form({}, b"x"), "Name cannot be empty"),
        (form({"name": "x", "kind": "FOLDER"}, b"x"), "kind must be FILE"),
        (form({"name": "x", "parents": ["nothing"]}, b"x"), "One of the parentId doesn't exists"),
        (form({"name": "x", "labels": "x"}, b"x"), "A node cannot have more than 10 labels"),
    ],
)
def test_forms_that_cannot_be_read(call, body, message):
    """A 400 that leaves nothing; the words for a broken body and a missing file name were recorded in 2015."""
    answer = post(call, body)
    assert (answer.status, answer.json["message"]) == (400, message)
    assert not list((call.service.library.data / "incoming").iterdir())
    assert call.names(call.nodes(filters="kind:FILE")) == []


def test_a_form_without_a_session(call):
    """401, and nothing is kept."""
    call.signed_in = False
    assert post(call, form({"name": "x"}, b"x")).status == 401
    assert not list((call.service.library.data / "incoming").iterdir())


def test_put_trash(call):
    """PUT /trash/{id} trashes a node and answers with it (live with cookies, one voice); the root is a 403 (doc)."""
    node_id = call.uploaded("a.txt")
    answer = call.ask("PUT", f"/drive/v1/trash/{node_id}")
    assert (answer.status, answer.json["id"], answer.json["status"]) == (200, node_id, "TRASH")
    assert call.names(call.get("/drive/v1/trash")) == ["a.txt"]
    assert call.ask("PUT", f"/drive/v1/trash/{call.root}").status == 403
    assert call.ask("PUT", "/drive/v1/trash/nothing").status == 404


# --- moving: a guess, all of it ---


@pytest.fixture
def tree(call):
    """``(call, move, ids)``: folders a, a/below and b, and a file in a."""
    ids = {name: call.folder(name).json["id"] for name in "ab"}
    ids["below"] = call.folder("below", parent=ids["a"]).json["id"]
    ids["file"] = call.uploaded("x.txt", parent=ids["a"])

    def move(moved, *parents, **more):
        body = {"parents": [ids.get(parent, parent) for parent in parents], **more}
        return call.ask("PATCH", f"/drive/v1/nodes/{ids[moved]}", body=body)

    return call, move, ids


def test_moving(tree):
    """PATCH {parents} puts a node there instead; a name may come along."""
    call, move, ids = tree
    moved = move("file", "b", name="y.txt").json
    assert (moved["parents"], moved["name"]) == ([ids["b"]], "y.txt")
    assert call.names(call.get(f"/drive/v1/nodes/{ids['a']}/children")) == ["below"]
    assert call.names(call.get(f"/drive/v1/nodes/{ids['b']}/children")) == ["y.txt"]
    assert call.uploaded("x.txt", b"another", parent=ids["a"]), "its old name is free"


def test_moving_to_a_taken_name(tree):
    """409 with the node that has it, and nothing moves."""
    call, move, ids = tree
    other = call.uploaded("X.TXT", b"2", parent=ids["b"])
    answer = move("file", "b")
    assert (answer.status, answer.json["info"]) == (409, {"nodeId": other})
    assert call.get(f"/drive/v1/nodes/{ids['file']}").json["parents"] == [ids["a"]]


@pytest.mark.parametrize(
    ("name", "parents"), [("file", ["nothing"]), ("file", ["file"]), ("file", []), ("a", ["below"]), ("a", ["a"])]
)
def test_moves_that_cannot_be(tree, name, parents):
    """To no folder, to nothing, into itself: 400."""
    _, move, _ = tree
    assert move(name, *parents).status == 400


def test_the_root_cannot_be_moved(tree):
    """403, as when it is renamed."""
    call, _, ids = tree
    assert call.ask("PATCH", f"/drive/v1/nodes/{call.root}", body={"parents": [ids["a"]]}).status == 403


def test_a_service_that_does_not_move(tree):
    """With the option off: 403, and nothing changes, not even the name beside it."""
    call, move, ids = tree
    call.service.set(moving=False)
    answer = move("file", "b", name="y.txt")
    assert (answer.status, answer.json["errorCode"]) == (403, "ForbiddenAccess")
    node = call.get(f"/drive/v1/nodes/{ids['file']}").json
    assert (node["name"], node["parents"]) == ("x.txt", [ids["a"]])
