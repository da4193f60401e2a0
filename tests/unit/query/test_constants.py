"""Arrow's values made without pandas."""

import math
import subprocess
import sys

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amazon_photos.query.constants import array_of, count_byte, fill_false, mask_of, numbers_of, to_array, to_scalar

INT64 = st.integers(-(2**63), 2**63 - 1)
KINDS = {
    pa.string(): st.text(),
    pa.large_string(): st.text(),
    pa.bool_(): st.booleans(),
    pa.int64(): INT64,
    pa.int32(): st.integers(-(2**31), 2**31 - 1),
    pa.float64(): st.floats(allow_nan=False),
}


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_arrays_are_those_of_pyarrow(kind):
    """Every list of values, nulls among them, makes the array that pa.array makes of it."""

    @settings(deadline=None)
    @given(st.lists(st.none() | KINDS[kind]))
    def check(values):
        made = to_array(values, kind)
        made.validate(full=True)
        assert made.equals(pa.array(values, kind))

    check()


def test_scalars_are_what_compute_functions_take():
    """A value alone, and a null alone."""
    assert to_scalar("ü", pa.string()) == pa.scalar("ü")
    assert to_scalar(math.inf, pa.float64()) == pa.scalar(math.inf)
    assert not to_scalar(None, pa.int64()).is_valid


@given(st.lists(st.booleans()), st.integers(0, 5))
def test_numpy_goes_both_ways(values, start):
    """Masks and numbers keep their values, also those of a slice."""
    assert mask_of(np.array(values, bool)).to_pylist() == values
    numbers = array_of(np.arange(len(values) + 5))
    assert numbers_of(numbers[start:]).tolist() == list(range(start, len(values) + 5))


@pytest.mark.parametrize("kind", ["int32", "uint32", "float64", "bool"])
def test_numbers_of_another_width_are_not_read_as_of_64_bits(kind):
    """They would be others, and some lie behind the end of what there is."""
    with pytest.raises(KeyError):
        array_of(np.zeros(4, kind))


def test_unknown_is_false():
    """Null becomes False, and what has no null stays as it is."""
    known = to_array([True, False], pa.bool_())
    assert fill_false(known) is known
    assert fill_false(to_array([None, True], pa.bool_())).to_pylist() == [False, True]


def test_pandas_is_not_loaded():
    """Neither by making them nor by using them."""
    code = (
        "import sys; import pyarrow as pa; from amazon_photos.query.constants import to_array, to_scalar;"
        "import pyarrow.compute as pc;"
        "assert pc.equal(to_array(['a', None], pa.string()), to_scalar('a', pa.string())).null_count == 1;"
        "sys.exit('pandas' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0


@pytest.mark.parametrize("loaded", [True, False], ids=["numpy", "no numpy"])
@given(text=st.binary())
def test_bytes_are_counted_with_numpy_and_without(loaded, text):
    """Who has loaded no numpy counts the same."""
    with pytest.MonkeyPatch.context() as patched:
        if not loaded:
            patched.setitem(sys.modules, "numpy", None)
        assert count_byte(text + b'"a"', b'"') == text.count(b'"') + 2
