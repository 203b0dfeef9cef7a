"""A desk of one's own for each file of tests."""

import desk as desks
import pytest


@pytest.fixture(scope="session")
def make_desk():
    """Makes desks; each is taken down at the end."""
    made = []

    def make(**words):
        try:
            made.append(desks.Desk(**words))
        except desks.Unable as why:
            pytest.skip(str(why))
        return made[-1]

    yield make
    for one in made:
        one.stop()


@pytest.fixture(scope="module")
def shared_desk(make_desk):
    return make_desk()


@pytest.fixture
def desk(shared_desk):
    """The desk with nothing in its reader and no fault waiting."""
    shared_desk.do("calm")
    shared_desk.take_out()
    return shared_desk
