"""What every test of the whole platform needs: programs that are installed, a platform, a terminal."""

import shutil

import pytest

import books
import stack as stacks
import terminal as terminals


@pytest.fixture(scope="session")
def program():
    """The folder with the installed programs."""
    folder = stacks.install_program()
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def platforms(program):
    """Gives a function that makes platforms; each is stopped and removed at the end."""
    made = []

    def make(conf=stacks.QUICK_CONF, definition=stacks.QUICK_DEFINITION, sim="", environment=None):
        made.append(stacks.Stack(program, conf, definition, sim, environment=environment))
        return made[-1].start()

    yield make
    for one in made:
        one.remove()


make_stack = pytest.fixture(scope="module", name="make_stack")(platforms)  # as long as the tests of a file
make_shared = pytest.fixture(scope="session", name="make_shared")(platforms)  # as long as all of them


@pytest.fixture(scope="session")
def stack(make_shared):
    """The platform that the tests share; at the end its books agree with themselves and upstream's."""
    one = make_shared()
    yield one
    one.fault("none")
    books.wait_decided(one)
    books.assert_agree(one)


@pytest.fixture
def terminal(stack):
    """The demo's POS."""
    return terminals.Terminal(stack)
