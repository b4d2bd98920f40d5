// The server of a run: `heliogram serve` on free ports, with its data on disk.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

export async function startServer(program) {
  const folder = mkdtempSync(join(tmpdir(), "heliogram-bench-"));
  const readyFile = join(folder, "ready.json");
  const ports = ["--port", "0", "--control-port", "0"];
  const options = ["--data", join(folder, "data"), "--ready-json", readyFile];
  const server = spawn(program, ["serve", ...ports, ...options], { stdio: ["ignore", "ignore", "inherit"] });
  const ended = new Promise((resolve, reject) => server.on("exit", resolve).on("error", reject));
  let ready;
  for (let tries = 0; !ready; tries++) {
    const over = await Promise.race([ended.then(() => true), sleep(10)]);
    if (over || tries > 1000) throw new Error("heliogram serve did not start");
    try {
      ready = JSON.parse(readFileSync(readyFile, "utf8"));
    } catch (error) {
      if (error.code !== "ENOENT") throw error;
    }
  }
  return {
    folder,
    readyFile,
    post: (path, body) => post(ready.control + path, body),
    async stop() {
      server.kill();
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
}

async function post(url, body) {
  const response = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
  const text = await response.text();
  if (!response.ok) throw new Error(`${url}: ${response.status} ${text}`);
  return JSON.parse(text);
}
