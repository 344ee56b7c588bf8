"""The lying archive (tests/fixtures/lying_archive.py) as a process, and the paths of its studies."""

import json
import ssl
import subprocess
import sys
import urllib.request

from tests.fixtures import lying_archive
from tests.support.processes import Server

SERIES = "1.2.3.4.5.6"


class LyingArchive(Server):
    """`key`: a PEM file with a private key and its certificate, for an archive over TLS."""

    def __init__(self, key=None):
        tls = ["--tls", str(key)] if key else []
        super().__init__([sys.executable, lying_archive.__file__, *tls], stdout=subprocess.PIPE, text=True)
        port = int(self.process.stdout.readline())
        self.root = f"{'https' if key else 'http'}://127.0.0.1:{port}"
        self.url = self.root + "/dicom-web"

    def seen(self):
        anybody = ssl.create_default_context()  # Only the service's trust is under test.
        anybody.check_hostname = False
        anybody.verify_mode = ssl.CERT_NONE
        with urllib.request.urlopen(self.root + "/seen", timeout=10, context=anybody) as response:
            return json.load(response)


def study_path(lie):
    return f"/dicom-web/studies/{lying_archive.study_of(lie)}"


def rendered_path(lie, instance):
    """A path that no other test asks for, so that no cache answers it; `instance` is any number."""
    return f"{study_path(lie)}/series/{SERIES}/instances/{SERIES}.{instance}/rendered"
