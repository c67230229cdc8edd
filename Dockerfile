# The agent's image: one file and the plugin, on Node. `docker build -t REGISTRY/graylane:VERSION .`
# Another registry's Node, or one that is pinned by its digest: --build-arg NODE=…
ARG NODE=node:20-slim

FROM ${NODE} AS build
WORKDIR /graylane
COPY package.json package-lock.json ./
# No install script of any package is run.
RUN npm ci --ignore-scripts
COPY scripts ./scripts
COPY plugin ./plugin
COPY agent ./agent
RUN node scripts/build-plugin.mjs && node scripts/bundle.mjs

FROM ${NODE}
LABEL org.opencontainers.image.title="graylane" \
      org.opencontainers.image.description="Agent for end-to-end canary release with Kruise Rollouts on Higress and Istio" \
      org.opencontainers.image.licenses="Apache-2.0"
# Nothing but these files is the agent's own; it needs no packages, no shell and nothing writable.
COPY --from=build /graylane/dist/graylane.mjs /graylane/dist/graylane.licences.txt /graylane/dist/
COPY --from=build /graylane/build/plugin.wasm /graylane/build/
COPY LICENSE /graylane/
# Of the 512 MiB that the chart allows, V8 would take no more than half for objects; 3,000 lanes with all that is in them need most
# of that. What the process takes besides is less than 100 MiB.
ENV NODE_ENV=production NODE_OPTIONS=--max-old-space-size=352
# Nobody: a number, since Kubernetes cannot tell of a name whether it is root.
USER 65532:65532
EXPOSE 8080
ENTRYPOINT ["node", "/graylane/dist/graylane.mjs"]
CMD ["--help"]
