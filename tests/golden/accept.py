"""./dev golden --accept NAME...: writes the pictures that the CPU backend draws as the expected ones. Look at them."""

import os
import sys

from tests.golden.golden import cases, render, service


def main():
    known = cases("tests/golden/cases")
    if len(sys.argv) < 3 or sys.argv[1] != "--accept" or not set(sys.argv[2:]) <= set(known):
        sys.exit("usage: ./dev golden --accept CASE...\ncases: " + " ".join(known))
    os.environ["VITRINE_BINARY_UNDER_TEST"] = "bazel-bin/service/vitrine"
    with service("cpu") as vitrine:
        for name in sys.argv[2:]:
            target = known[name] / "expected.png"
            target.write_bytes(render(vitrine, known[name]))
            print(f"{target}: look at it before you commit it")


main()
