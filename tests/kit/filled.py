"""A store that tests/bench/fill has filled, kept in a folder and put into a platform."""

import shutil

import stack as stacks

KEPT = ("gridtill.db", "keys")


def is_there(folder):
    return (folder / "gridtill.db").exists()


def place(stack, folder):
    """Puts the kept store into a platform that is stopped."""
    data = stack.home / "data"
    for left in data.glob("gridtill.db*"):
        left.unlink()
    for name in KEPT:
        (data / name).unlink(missing_ok=True)
        shutil.copy(folder / name, data / name)
        shutil.chown(data / name, stacks.USER, stacks.USER)


def keep(stack, folder):
    """Keeps the store of a platform that is stopped."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in KEPT:
        shutil.copy(stack.home / "data" / name, folder / name)
