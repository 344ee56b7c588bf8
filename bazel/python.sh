#!/bin/bash
# Runs a Python test with the runfiles' root as import path.
export PYTHONPATH=$PWD PYTHONDONTWRITEBYTECODE=1
exec /usr/bin/python3 "$@"
