# Builds and runs the Pushgateway. From the repository's root: docker build -f deploy/docker/pushgateway.Dockerfile .
FROM node:24-bookworm-slim AS build
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN --mount=type=cache,target=/root/.npm npm ci --no-audit --no-fund
COPY . .
ENV NX_DAEMON=false NX_NO_CLOUD=true NX_TUI=false CI=true
RUN node node_modules/nx/dist/bin/nx.js run pushgateway:build
# Native code stays outside of the bundle.
RUN mkdir -p /native/@napi-rs && cp -r node_modules/snappy node_modules/@node-rs /native/ && cp -r node_modules/@napi-rs/snappy-* /native/@napi-rs/

FROM node:24-bookworm-slim
LABEL org.opencontainers.image.licenses="Apache-2.0"
ENV NODE_ENV=production
WORKDIR /opt/narthex
COPY --from=build /native node_modules
COPY --from=build /src/dist/apps/pushgateway .
COPY LICENSE NOTICE ./
USER node
EXPOSE 9091
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:9091/-/healthy').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "/opt/narthex/main.js"]
