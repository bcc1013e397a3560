#!/usr/bin/env node
import { createProgram, runProgram } from "./program.ts";

// A reader that went away (`evolver tree | head`) is not an error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});
process.exitCode = await runProgram(createProgram(), process.argv.slice(2));
