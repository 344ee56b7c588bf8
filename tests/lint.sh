#!/bin/bash
# What a reviewer would say first: formatting, locks, who includes whom, documents that code generates, sizes.
set -uo pipefail
cd "$(dirname "$0")/.."
problems=0

complain() {
  echo "lint: $1" >&2
  problems=$((problems + 1))
}

# includes FOLDER PATTERN WHY: no source under FOLDER may include what PATTERN matches (ARCHITECTURE.md, Folders).
forbid() {
  local hits
  hits=$(git grep -nE "^#include [\"<]($2)" -- "$1/**.h" "$1/**.cc" "$1/*.h" "$1/*.cc" | grep -vE '_test\.cc:|/testing/|test_server|for_test')
  [ -z "$hits" ] || complain "$3:"$'\n'"$hits"
}

mapfile -t sources < <(git ls-files '*.h' '*.cc')
unformatted=$(clang-format --dry-run --Werror "${sources[@]}" 2>&1 | sed -nE 's#^([a-z][^: ]*\.(h|cc)):.*#\1#p' | sort -u)
[ -z "$unformatted" ] || complain "run clang-format -i on:"$'\n'"$unformatted"

for file in "${sources[@]}"; do
  lines=$(wc -l <"$file")
  [ "$lines" -le 400 ] || complain "$file has $lines lines: split it by reason"
done

others() { echo "$1" | tr ' ' '|'; }
forbid base "$(others 'image/ dicom/ fetch/ auth/ render/ encode/ metrics/ service/')" "base/ includes another folder"
forbid image "$(others 'dicom/ fetch/ auth/ render/ encode/ metrics/ service/ dcmtk/ GL/ EGL/')" "image/ includes what it must not"
forbid dicom "$(others 'fetch/ auth/ render/ encode/ metrics/ service/ vitrine/')" "dicom/ includes what it must not"
forbid fetch "$(others 'render/ encode/ metrics/ service/ vitrine/ dcmtk/')" "fetch/ includes what it must not"
forbid render "$(others 'dicom/ fetch/ auth/ encode/ metrics/ service/ vitrine/')" "render/ includes what it must not"
forbid encode "$(others 'dicom/ fetch/ auth/ render/ metrics/ service/ vitrine/')" "encode/ includes what it must not"
forbid metrics "$(others 'image/ dicom/ fetch/ auth/ render/ encode/ service/')" "metrics/ includes another folder"
forbid service "$(others 'tests/ bench/ dcmtk/ curl/ EGL/ prometheus/')" "service/ includes what it must not"

for script in dev .ci/run $(git ls-files '*.sh'); do bash -n "$script" || complain "$script does not parse"; done

bazel build //service:vitrine_binary 2>/dev/null || complain "the service does not build"
diff -q docs/configuration.md <(bazel-bin/service/vitrine --print_configuration_page) >/dev/null ||
  complain "docs/configuration.md is not current: bazel-bin/service/vitrine --print_configuration_page > docs/configuration.md"

bazel build --config=clang --keep_going //base/... //fetch/... //metrics/... //render/... //service/... 2>&1 |
  grep -E '(error|warning):' && complain "clang's thread-safety analysis does not pass"

[ "$problems" -eq 0 ] && echo "lint: nothing to say"
exit $((problems > 0))
