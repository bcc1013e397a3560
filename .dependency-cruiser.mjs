/** Who may import whom. Type imports count; tests may import anything. */

/** @param {string} name @param {string} comment @param {object} from @param {object} to */
const forbid = (name, comment, from, to) => ({
  name,
  comment,
  severity: "error",
  from: { pathNot: TEST, ...from },
  to,
});

const TEST = "[.]test[.]ts$";

/** Folders that know nothing of the project outside themselves. */
const ALONE = ["archive", "sandbox", "models", "agents"].map((folder) =>
  forbid(
    `${folder}-stands-alone`,
    `${folder}/ imports none of the project's other folders`,
    { path: `^${folder}/` },
    { path: PROJECT(), pathNot: `^${folder}/` },
  ),
);

function PROJECT() {
  return "^(agents|archive|benchmarks|bin|cli|dashboard|evolver|models|perf|sandbox|scripts|tests)/";
}

export default {
  forbidden: [
    ...ALONE,
    forbid(
      "seed-has-no-dependencies",
      "an agent brings everything it needs: Node's own modules only",
      { path: "^agents/" },
      { dependencyTypesNot: ["core", "local", "type-only"] },
    ),
    forbid(
      "benchmarks-need-the-sandbox-contract",
      "benchmarks/ imports the sandbox's contract, and what is written on it alone, and nothing else of the project",
      { path: "^benchmarks/" },
      { path: PROJECT(), pathNot: "^(benchmarks/|sandbox/(contract|patch)[.]ts$)" },
    ),
    forbid(
      "evolver-knows-contracts",
      "evolver/ takes engines and models as arguments; cli/ wires the real ones",
      { path: "^evolver/" },
      {
        path: PROJECT(),
        pathNot: "^(archive|benchmarks|evolver)/|^(sandbox|models)/contract[.]ts$|^sandbox/patch[.]ts$",
      },
    ),
    forbid(
      "dashboard-reads-the-archive",
      "dashboard/ shows what the archive holds; the tree and its statistics come from evolver/",
      { path: "^dashboard/" },
      { path: PROJECT(), pathNot: "^(archive|dashboard|evolver)/" },
    ),
    forbid(
      "nothing-needs-cli",
      "cli/ is the top",
      { pathNot: `^(bin|cli|perf|scripts|tests)/|${TEST}` },
      { path: "^cli/" },
    ),
    forbid(
      "no-test-code",
      "sources do not import tests",
      { pathNot: `^tests/|${TEST}` },
      { path: `^tests/|${TEST}` },
    ),
    forbid("no-cycles", "modules that need each other are one module", {}, { circular: true }),
    forbid("resolvable", "what is imported exists", {}, { couldNotResolve: true }),
    forbid(
      "declared",
      "packages are named in package.json",
      {},
      { dependencyTypes: ["npm-no-pkg", "npm-unknown"] },
    ),
    forbid(
      "no-development-package",
      "what is published needs no development package",
      { path: "^(agents|archive|benchmarks|bin|cli|evolver|models|sandbox)/" },
      { dependencyTypes: ["npm-dev"], dependencyTypesNot: ["type-only"] },
    ),
  ],
  options: {
    parser: "swc",
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^benchmarks/suites/" },
    enhancedResolveOptions: {
      extensions: [".ts", ".mjs", ".js"],
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default", "types"],
    },
    tsPreCompilationDeps: true,
  },
};
