"""HTTP to a platform of the tests: its certificate is trusted, the machine's settings are not."""

import requests


def session(stack):
    """A session that trusts the platform's certificate, and no proxy or bundle of the environment."""
    one = requests.Session()
    one.trust_env = False
    one.verify = stack.certificate
    return one
