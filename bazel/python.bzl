"""Tests in Python: Debian's interpreter and packages, no toolchain."""

def vitrine_py_test(name, main, data = [], deps = [], tags = [], size = "medium", **kwargs):
    """Runs `main` (a unittest script that ends with junit.main()) with the workspace root as import path.

    deps are further Python files; data what the test needs at run time.
    """
    native.sh_test(
        name = name,
        size = size,
        srcs = ["//bazel:python.sh"],
        args = ["$(location %s)" % main],
        data = [main, "//tests/support"] + deps + data,
        tags = ["integration"] + tags,
        **kwargs
    )
