"""A library without folders, a session that has ended, and cookies as the predecessor's README spells them."""

from .scene import Steps

EMPTY = Steps()
SIGNED_OUT = Steps()
REPEATS = 13


@EMPTY.step("AmazonPhotos(cookies=…), fewer folders than cores", fault=15)
def construct_empty(scene):
    answer = scene.peer.attempt("AmazonPhotos", cookies=scene.service.cookies)
    assert answer.error == "TypeError: 'CancelledError' object is not iterable", answer
    assert {seen.status for seen in scene.service.requests} == {200}
    return "its idle workers are cancelled, and it reads folders out of that"


@SIGNED_OUT.step("AmazonPhotos(dead cookies)", fault=13)
def signed_out(scene):
    dead = {name: value[:-1] + "x" for name, value in scene.service.cookies.items()}
    answer = scene.peer.attempt("AmazonPhotos", cookies=dead)
    assert answer.error == "AttributeError: 'NoneType' object has no attribute 'json'", answer
    assert scene.asked("GET", "/drive/v1/nodes") == [401] * REPEATS
    return f"asks {REPEATS} times"


@SIGNED_OUT.step("AmazonPhotos(US cookies as its README spells them)", fault="-")
def american(scene):
    cookies = {name.replace("-acbca", "_main"): value for name, value in scene.service.cookies.items()}
    assert set(cookies) == {"session-id", "ubid_main", "at_main"}
    answer = scene.peer.attempt("AmazonPhotos", cookies=cookies)
    assert answer.error == "AttributeError: 'NoneType' object has no attribute 'json'", answer
    assert scene.asked("GET", "/drive/v1/nodes") == [401] * REPEATS
    return "sends the names with underscores, which nobody is signed in by"
