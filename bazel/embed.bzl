"""Files as C++ string constants."""

def embed_files(name, srcs, namespace, visibility = None):
    """A cc_library with one header NAME.h: `inline constexpr absl::string_view` constants named after the files.

    index.html becomes kIndexHtml.
    """
    header = name + ".h"
    native.genrule(
        name = name + "_header",
        srcs = srcs,
        outs = [header],
        cmd = "$(location //bazel:embed) " + namespace + " $(SRCS) > $@",
        tools = ["//bazel:embed"],
    )
    native.cc_library(
        name = name,
        hdrs = [header],
        visibility = visibility,
        deps = ["//third_party/absl"],
    )
