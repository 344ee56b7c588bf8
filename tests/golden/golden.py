"""Golden cases: tests/golden/cases/NAME/{case.json,expected.png}.

case.json: {"why": a sentence, "path": of the rendered resource below the root of the demonstration archive, with its query,
"volume_rendering": true for pictures made through a transfer function}.
"""

import json
from pathlib import Path

from tests.support.processes import Vitrine


def cases(root):
    """{name: folder} of every case."""
    return {folder.name: folder for folder in sorted(Path(root).iterdir()) if (folder / "case.json").exists()}


def render(vitrine, folder):
    """The service's PNG for a case."""
    case = json.loads((folder / "case.json").read_text())
    status, _, body = vitrine.get("/dicom-web" + case["path"], accept="image/png")
    if status != 200:
        raise RuntimeError(f"{folder.name}: {status} {body.decode(errors='replace')}")
    return body


def service(renderer):
    """Vitrine over the demonstration archive."""
    return Vitrine("--archive=demo=demo:", f"--renderer={renderer}", "--log_level=warning")
