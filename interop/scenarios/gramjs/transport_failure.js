// How GramJS tells of any transport failure, and that it gives up when told to: nobody listens here.
"use strict";
const net = require("node:net");
const { Logger } = require("telegram");
const { ConnectionTCPFull } = require("telegram/network/connection");
const { assert, newClient, scenario, step } = require("./world");

/** A port that was free a moment ago. */
const closedPort = () =>
  new Promise((resolve, reject) => {
    const listener = net.createServer().on("error", reject);
    listener.listen(0, "127.0.0.1", () => {
      const { port } = listener.address();
      listener.close(() => resolve(port));
    });
  });

class Recorder extends Logger {
  lines = [];
  log(level, message) {
    this.lines.push(`${level} ${message}`);
  }
}

scenario(async () => {
  const port = await closedPort();
  class ConnectionToNobody extends ConnectionTCPFull {
    constructor(options) {
      super({ ...options, ip: "127.0.0.1", port });
    }
  }
  const log = new Recorder("error");
  const errors = [];
  const client = newClient("", { keyless: true, connection: ConnectionToNobody, connectionRetries: 2, baseLogger: log });
  client.onError = (error) => errors.push(error.code);
  assert.equal(await client.connect(), false, "connect() resolved true without a server");
  step(JSON.stringify(log.lines));
  assert.deepEqual(errors, ["ECONNREFUSED", "ECONNREFUSED"]);
  assert.ok(log.lines.some((line) => line.includes("WebSocket connection failed")));
});
