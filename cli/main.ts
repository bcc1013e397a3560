#!/usr/bin/env node
import { enableCompileCache } from "node:module";

// Halves the start of every verb; what is compiled lies in the system's temporary directory.
enableCompileCache();
const { createProgram, runProgram } = await import("./program.ts");

// A reader that went away (`evolver tree | head`, `evolver run 2>&1 | tee` on Ctrl-C) is no error and stops no campaign.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
}
process.exitCode = await runProgram(createProgram(), process.argv.slice(2));
