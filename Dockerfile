# The heliogram program alone: `docker build -t heliogram .`, and see docs/testing.md.
FROM rust:1.95-alpine AS build
# SQLite is compiled from its C source. On Alpine the target is musl, and the program is static.
RUN apk add --no-cache musl-dev
WORKDIR /src
COPY Cargo.toml Cargo.lock ./
COPY crates crates
COPY xtask xtask
COPY examples examples
RUN cargo build --release --locked -p heliogram-cli
# Folders that belong to the user the server will be.
RUN mkdir -p /rootfs/data /rootfs/tmp && cp target/release/heliogram /rootfs/ && chown -R 10001:10001 /rootfs/data /rootfs/tmp

FROM scratch
COPY --from=build /rootfs /
USER 10001:10001
VOLUME /data
# MTProto, and the control API, which asks for $HELIOGRAM_CONTROL_TOKEN.
EXPOSE 10443 10444
HEALTHCHECK --interval=2s --timeout=2s --start-period=5s CMD ["/heliogram", "health", "--control", "http://127.0.0.1:10444"]
ENTRYPOINT ["/heliogram"]
CMD ["serve", "--listen", "0.0.0.0", "--control-listen", "0.0.0.0", "--control-port", "10444", "--data", "/data"]
