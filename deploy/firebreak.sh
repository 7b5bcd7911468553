#!/bin/sh
# `firebreak` inside the image: its Node.js is the pinned one.
exec node /app/cli/main.ts "$@"
