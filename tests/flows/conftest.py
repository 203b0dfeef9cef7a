"""People whom several flows need."""

import pytest

from console import signed_in
from slips import colleague


@pytest.fixture(scope="module")
def admin(stack):
    return signed_in(stack, "admin")


@pytest.fixture(scope="module")
def other(stack):
    """A second administrator, for what wants two persons."""
    return colleague(stack, "admin", stack.sql("SELECT code FROM gt_org WHERE parent_id = 0")[0][0])
