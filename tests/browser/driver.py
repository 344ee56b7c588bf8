"""Runs a browser case (cases/NAME.mjs) and answers what it asks for."""

import os
import re
import subprocess
from pathlib import Path

# The sources themselves, where node_modules is; runfiles are links to them.
FOLDER = Path(os.path.realpath("tests/browser/run.mjs")).parent


def run(test, case, size, url, answers=None, **options):
    """Fails `test` unless the case passes. answers: what it may ask for, each a function of words that returns a line."""
    with subprocess.Popen(["node", str(FOLDER / "run.mjs"), case, size, url, *(f"{key}={value}" for key, value in options.items())],
                          cwd=FOLDER, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        said = []
        try:
            for line in process.stdout:
                asked = re.match(r"ask (\S+)((?: \S+)*)$", line)
                if asked:
                    process.stdin.write(f"{answers[asked[1]](*asked[2].split())}\n")
                    process.stdin.flush()
                else:
                    said.append(line)
            status = process.wait()
        finally:
            process.kill()
    test.assertEqual(status, 0, "".join(said))
