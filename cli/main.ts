#!/usr/bin/env node
import { enableCompileCache } from "node:module";

// Halves the start of every verb; what is compiled lies in the system's temporary directory.
enableCompileCache();
const { createProgram, runProgram } = await import("./program.ts");

// A reader that went away (`evolver tree | head`) is not an error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});
process.exitCode = await runProgram(createProgram(), process.argv.slice(2));
