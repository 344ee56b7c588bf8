"""C++ rules with the warnings that our own code is held to."""

_COPTS = [
    "-Wall",
    "-Wextra",
    "-Werror",
    # GCC 12 sees uninitialised strings behind every moved-from StatusOr.
    "-Wno-maybe-uninitialized",
]

def vitrine_cc_library(copts = [], **kwargs):
    native.cc_library(copts = _COPTS + copts, **kwargs)

def vitrine_cc_binary(copts = [], **kwargs):
    native.cc_binary(copts = _COPTS + copts, **kwargs)

def vitrine_cc_test(copts = [], deps = [], size = "small", **kwargs):
    """A GoogleTest with its main()."""
    native.cc_test(
        copts = _COPTS + copts,
        size = size,
        deps = deps + ["//third_party/gtest:gtest_main"],
        **kwargs
    )
