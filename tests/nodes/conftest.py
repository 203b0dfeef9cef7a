"""Two nodes behind one nginx, for all tests here: they measure seconds, so tests/suite runs them alone."""

import pytest

import nodes as several
import stack as stacks


@pytest.fixture(scope="session")
def nodes(program):
    """Two nodes over one PostgreSQL; skipped where namespaces or PostgreSQL are not to be had."""
    try:
        one = several.Nodes(program, several.CONF, several.DEFINITION)
    except stacks.Unable as why:
        pytest.skip(str(why))
    yield one
    one.stop()
