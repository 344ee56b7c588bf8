#!/bin/bash
# Usage: embed.sh NAMESPACE FILE... : prints a C++ header with each file as a constant.
set -euo pipefail
namespace=$1
shift
echo '#pragma once'
echo '#include "absl/strings/string_view.h"'
echo "namespace $namespace {"
for file in "$@"; do
  name=$(basename "$file" | sed -E 's/(^|[^A-Za-z0-9])([A-Za-z0-9])/\U\2/g')
  echo "inline constexpr char k${name}Bytes[] = {"
  od -An -v -tx1 "$file" | sed -E "s/ ([0-9a-f]{2})/'\\\\x\1',/g"
  echo "'\\0'};"
  echo "inline constexpr absl::string_view k$name(k${name}Bytes, sizeof(k${name}Bytes) - 1);"
done
echo "}  // namespace $namespace"
