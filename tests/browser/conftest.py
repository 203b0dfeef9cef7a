"""One Chromium a file of tests; each test begins with it as if it had just been started."""

import pytest

from browser import Browser


@pytest.fixture(scope="module")
def chromium(stack):
    one = Browser(stack)
    yield one
    one.close()


@pytest.fixture
def alone(chromium):
    """A browser for a test that looks at one language only."""
    chromium.begin("zh")
    return chromium


@pytest.fixture(params=["zh", "en"])
def browser(chromium, request):
    """A browser, in each language; pages are judged at both widths."""
    chromium.begin(request.param)
    return chromium
