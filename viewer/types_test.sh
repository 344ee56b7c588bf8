#!/bin/bash
# The viewer's TypeScript agrees with its types.
set -euo pipefail
cd "$(dirname "$(readlink -f viewer/package.json)")"
node_modules/.bin/tsc --noEmit
