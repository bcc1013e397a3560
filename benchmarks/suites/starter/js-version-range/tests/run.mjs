// Runs hidden.test.mjs on /workspace in a process of its own; the last line of the output is the nonce from standard
// input and the counts. The code under test never shares this process.
import { readFileSync } from "node:fs";
import { run } from "node:test";

const nonce = readFileSync(0, "utf8").trim();
let passed = 0;
let failed = 0;
const events = run({ files: ["/tests/hidden.test.mjs"], cwd: "/tests", concurrency: 1, timeout: 15_000 });
events.on("test:pass", ({ name, skip, todo }) => {
  console.log(`ok: ${name}`);
  if (skip === undefined && todo === undefined) passed += 1;
  else failed += 1;
});
events.on("test:fail", ({ name, details }) => {
  console.log(`FAILED: ${name}\n${details.error?.cause?.message ?? details.error?.message}`);
  failed += 1;
});
for (const stream of ["test:stdout", "test:stderr"]) {
  events.on(stream, ({ message }) => process.stdout.write(`| ${message.trimEnd().replaceAll("\n", "\n| ")}\n`));
}
events.on("end", () => {
  console.log(`\n${nonce} ${passed} passed ${failed} failed`);
});
events.resume();
