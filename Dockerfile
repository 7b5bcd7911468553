# One image for every process of Firebreak; what a container may do is decided by its mounts and networks (docker-compose.yml).
# The base is pinned by tag: its digest could not be looked up where this file was written. Add it (…@sha256:…) where a registry is at hand.
FROM node:24.21.0-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Without install scripts: the only one that is wanted elsewhere brings a Node.js, and the image has that one. The native part of Temporal's SDK
# comes for every platform; the others go.
RUN npm ci --omit=dev --ignore-scripts \
 && find node_modules/@temporalio/core-bridge/releases -mindepth 1 -maxdepth 1 \
      ! -name "$(uname -m)-unknown-linux-gnu" -exec rm -r {} + \
 && mkdir -p node_modules/.cache/firebreak \
 && chown -R 10001:10001 node_modules/.cache
COPY . .
# As the user of the final stage: compiled code is kept by user id. Readable for it afterwards, and owned by root in the final stage.
USER 10001:10001
RUN node deploy/prebuild.ts \
 && chmod -R a+rX,go-w node_modules/.cache

FROM node:24.21.0-bookworm-slim
# No package manager: nothing is installed in a container.
RUN rm -rf /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack /usr/local/bin/yarn* /opt/yarn-* \
 && groupadd --gid 10001 firebreak \
 && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin firebreak \
 && install -d -m 0700 -o firebreak -g firebreak /state \
 # A new volume takes owner and mode from the folder that it is mounted on.
 && for folder in keys respond-key respond-iam-key trust evidence ledger archive-index archive dead-letters sandbox; do \
      install -d -m 0700 -o firebreak -g firebreak "/state/$folder"; \
    done
COPY --from=build /app /app
COPY --chmod=0755 deploy/firebreak.sh /usr/local/bin/firebreak
ENV NODE_ENV=production FIREBREAK_STATE_DIR=/state
WORKDIR /app
USER 10001:10001
# FIREBREAK_PROCESS says what runs: cases, observe, virustotal, archive, respond, intake, sandbox, or worker for all roles in one.
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 CMD ["firebreak", "doctor", "--health"]
ENTRYPOINT ["firebreak"]
CMD ["--help"]
