"""docs/api.md: every example runs, in order, in one shell or by one interpreter; and the service serves docs/openapi.json."""

import json
import os
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

from tests.support import junit
from tests.support.processes import Vitrine

PAGE = Path("docs/api.md")
PROTO = Path("proto").resolve()


class DocsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.vitrine = Vitrine("--archive=demo:", "--log_level=error")
        cls.addClassCleanup(cls.vitrine.stop)
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        (cls.folder / "proto").symlink_to(PROTO)

    def examples(self, language):
        """The page's blocks, against this test's servers."""
        blocks = re.findall(rf"^```{language}\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)
        self.assertTrue(blocks)
        return [block.replace("127.0.0.1:8080", self.vitrine.http).replace("127.0.0.1:8090", self.vitrine.grpc)
                for block in blocks]

    def run_in_folder(self, command, script):
        environment = {**os.environ, "no_proxy": "*"}
        return subprocess.run(command, input=script, cwd=self.folder, env=environment, capture_output=True, text=True,
                              timeout=120)

    def test_examples(self):
        shell = self.examples("sh")
        # Each block is named in the trace where it fails.
        script = "".join(f": 'example {number}'\n{block}" for number, block in enumerate(shell, 1))
        result = self.run_in_folder(["bash", "-euxo", "pipefail"], script)
        self.assertEqual(result.returncode, 0, result.stderr[-3000:])
        for name, magic in (("image.jpg", b"\xff\xd8"), ("plane.png", b"\x89PNG"), ("volume.jpg", b"\xff\xd8")):
            self.assertTrue((self.folder / name).read_bytes().startswith(magic), name)
        python, = self.examples("python")  # With the stubs that the shell has made.
        result = self.run_in_folder(["/usr/bin/python3", "-"], python)
        self.assertEqual(result.returncode, 0, result.stderr[-3000:])
        self.assertRegex(result.stdout, r"CT \d+ images\nimage/jpeg \d+ x \d+\n-?\d+\.\d+ HU\n")

    def test_the_service_serves_its_own_description(self):
        status, headers, body = self.vitrine.get("/openapi.json")
        self.assertEqual((status, headers["Content-Type"]), (200, "application/json"))
        self.assertEqual(body, Path("docs/openapi.json").read_bytes())
        self.assertIn("/v1/measure", json.loads(body)["paths"])
        status, headers, _ = self.vitrine.get("/openapi.json", method="POST")
        self.assertEqual((status, headers["Allow"]), (405, "GET, HEAD"))


if __name__ == "__main__":
    junit.main()
