"""C++ and gRPC code from .proto files, made by Debian's protoc."""

def vitrine_cc_proto(name, srcs, visibility = None):
    """A cc_library with the messages and the gRPC services of `srcs` (workspace-relative includes)."""
    outs = []
    for src in srcs:
        stem = src[:-len(".proto")]
        outs += [stem + suffix for suffix in [".pb.h", ".pb.cc", ".grpc.pb.h", ".grpc.pb.cc"]]
    native.genrule(
        name = name + "_protoc",
        srcs = srcs,
        outs = outs,
        cmd = "protoc --proto_path=proto --cpp_out=$(GENDIR)/proto --grpc_out=$(GENDIR)/proto " +
              "--plugin=protoc-gen-grpc=/usr/bin/grpc_cpp_plugin $(SRCS)",
    )
    native.cc_library(
        name = name,
        srcs = [out for out in outs if out.endswith(".cc")],
        hdrs = [out for out in outs if out.endswith(".h")],
        # Generated code includes "vitrine/v1/render.pb.h".
        strip_include_prefix = "/proto",
        visibility = visibility,
        deps = ["//third_party/grpc"],
    )
