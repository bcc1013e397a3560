# The base image of sandboxes: Debian with Python 3 and git (and Node, which many tasks want).
# Where this default can't be pulled, evolver builds a base with scripts/offline-base.sh and passes its tag.
ARG BASE_IMAGE=node:24-bookworm-slim
FROM ${BASE_IMAGE}
LABEL evolver=1
# Only what is missing, so that a build on a complete base needs no network.
RUN if ! command -v python3 >/dev/null || ! command -v git >/dev/null; then \
      apt-get update \
      && apt-get install -y --no-install-recommends python3 git ca-certificates \
      && rm -rf /var/lib/apt/lists/*; \
    fi
