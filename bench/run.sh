#!/bin/bash
# ./dev bench [NAME]: builds and runs the benchmarks; every table puts the ratio first.
set -euo pipefail
cd "$(dirname "$0")/.."

describe_machine() {
  echo "Machine: $(nproc) x $(sed -n 's/^model name\s*: //p' /proc/cpuinfo | head -n 1), $(free -h | awk '/^Mem:/ {print $2}') memory, $(uname -sr)"
}

run() {
  echo
  echo "== $1"
  case "$1" in
    render) bazel build //bench:render_bench >&2 && bazel-bin/bench/render_bench --benchmark_min_time=0.3 ;;
    encode) bazel build //bench:encode_bench >&2 && bazel-bin/bench/encode_bench --benchmark_min_time=0.3 ;;
    orthanc-2d)
      bazel build //service:vitrine_binary //bench:codec_limit //bench:write_demo >&2
      PYTHONPATH=. /usr/bin/python3 bench/orthanc_2d.py ;;
    volume)
      bazel build //bench:volume_bench >&2
      PYTHONPATH=. /usr/bin/python3 bench/volume_vtk.py ;;
    cold-volume)
      bazel build //service:vitrine_binary //bench:write_demo >&2
      PYTHONPATH=. /usr/bin/python3 bench/cold_volume.py ;;
    service-overhead)
      bazel build //service:vitrine_binary //bench:volume_limit //bench:write_demo >&2
      PYTHONPATH=. /usr/bin/python3 bench/service_overhead.py ;;
    memory)
      bazel build //service:vitrine_binary //bench:write_demo >&2
      PYTHONPATH=. /usr/bin/python3 bench/memory.py ;;
    streams)
      bazel build //service:vitrine_binary //bench:write_demo >&2
      PYTHONPATH=. /usr/bin/python3 bench/streams.py ;;
    open-link)
      bazel build //service:vitrine_binary //bench:write_demo >&2
      PYTHONPATH=. /usr/bin/python3 bench/open_link.py ;;
    volume-rendering)
      bazel build //bench:composite_bench >&2
      PYTHONPATH=. /usr/bin/python3 bench/composite_vtk.py ;;
    *) echo "no such benchmark: $1" >&2; exit 1 ;;
  esac
}

[ -d ../shared/data ] && export VITRINE_TEST_DATA=${VITRINE_TEST_DATA:-$(readlink -f ../shared/data)}
describe_machine
for name in ${1:-render encode orthanc-2d volume cold-volume volume-rendering service-overhead memory streams open-link}; do run "$name"; done
