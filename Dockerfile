# The record service, for a NAS's container station. README: "The service on a NAS".
FROM node:24-bookworm-slim
WORKDIR /galley
COPY package.json package-lock.json ./
# What it needs comes with its binaries; no package's script runs here.
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund --loglevel=error
COPY src ./src
# A new volume takes over whose it is, and that nobody else may enter it.
RUN install -d -m 0700 -o node -g node /data
ENV NODE_ENV=production
USER node
VOLUME /data
EXPOSE 4200
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s CMD ["node", "src/backend/main.ts", "--data-dir", "/data", "health"]
ENTRYPOINT ["node", "src/backend/main.ts", "--data-dir", "/data"]
CMD ["serve", "--host", "0.0.0.0"]
