#!/usr/bin/env bash
# The main job: flashes a model, learns a task and writes a page.
set -euo pipefail
cd "$(dirname "$0")/../.."

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm start -- --out "$folder/demo.html"
