"""The platform of the fault tests: as in production, but everything that waits waits less."""

import pytest

import books

CONF = (('socket="@RUN@/terminal.sock"', 'socket="@RUN@/terminal.sock" answer-ms="2500"'),
        ("<worker/>", '<worker poll-ms="200" retry-ms="500"/>'))
DEFINITION = (('answer-ms="6000"', 'answer-ms="1500"'), ('grace-ms="30000"', 'grace-ms="4000"'),
              ('breaker-open-ms="2000"', 'breaker-open-ms="500"'))


def faulty(make):
    """Such a platform.  The stand-in's late answers come after 2 s: behind the time limit, before the grace time ends."""
    return make(CONF, DEFINITION, "--delays 20")


@pytest.fixture(scope="module")
def make_faulty(make_stack):
    return lambda: faulty(make_stack)


@pytest.fixture(scope="session")
def stack(make_shared):
    one = faulty(make_shared)
    yield one
    one.fault("none")
    books.wait_decided(one)
    books.assert_agree(one)
