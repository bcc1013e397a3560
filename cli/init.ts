import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Command } from "commander";
import { UsageError } from "./exit.ts";
import { withCampaign } from "./read-campaign.ts";

/** `evolver init`: writes a commented evolver.toml. */
export function initCommand(): Command {
  return withCampaign(new Command("init"))
    .description("write a commented evolver.toml with every setting and its default")
    .addHelpText(
      "after",
      `
Every key there is, with its default:

${TEMPLATE}
Example:
  evolver init -C campaigns/first && $EDITOR campaigns/first/evolver.toml && evolver run -C campaigns/first`,
    )
    .action((options: { readonly campaign: string }) => {
      const directory = resolve(options.campaign);
      const file = join(directory, "evolver.toml");
      mkdirSync(directory, { recursive: true });
      try {
        writeFileSync(file, TEMPLATE, { flag: "wx" });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
        throw new UsageError(`${file} is there already. Edit it, or name another directory with -C.`);
      }
      process.stdout.write(`Wrote ${file}. Begin with: evolver run -C ${options.campaign}\n`);
    });
}

/** Its values are the defaults; a test holds it against them. */
export const TEMPLATE = `# evolver: the settings of one campaign. Commented lines show the default.
# Once the campaign has begun, only [budget], [run] and where the models are may change.

[campaign]
# seed = 1                        # of every random choice

[agent]
# root = "seed"                   # the first agent: a bundled name, or a directory with an agent.json

[tasks]
# suite = "starter"               # a bundled name, or a directory of tasks in Harbor format
# only = []                       # task ids; empty: all of the suite

[budget]                          # the campaign ends when one of them is spent
# evaluations = 800               # an agent on a task, the root's first evaluation included
# expansions = 100                # attempts at a child; left out: no limit
# tokens = 50_000_000             # of all models together; left out: no limit
# usd = 20.0                      # needs the prices of all models; left out: no limit
# hours = 24.0                    # of running time; left out: no limit

[run]
# workers = 2                     # evaluations and expansions at the same time
# patience_hours = 6              # how long to wait for an engine or a model that is away

[search]                          # docs/search.md explains each
# policy = "hgm"
# alpha = 0.6
# beta = 1
# cooling = true
# initial_expansions = 5
# epsilon = 0.1                   # "best" ranks by this quantile of the posterior

[sandbox]                         # most that a run gets; a task may ask for less
# engine = "auto"                 # docker, bubblewrap, or auto: docker when its engine answers
# cpus = 1
# memory_mb = 1024
# pids = 256
# disk_mb = 512

[limits]                          # of one run
# evaluation_seconds = 3600       # a task may ask for less
# self_modification_seconds = 3600
# model_calls = 200
# model_tokens = 2_000_000
# patch_bytes = 1_048_576
# agent_files = 200
# agent_bytes = 1_048_576

# Models. Without any of this the built-in simulated model plays all three roles: the loop is real, but its numbers say
# nothing about real models. Any OpenAI-compatible server will do: vLLM, SGLang, llama.cpp, Ollama, a hosted one.
# [models.default]                # for every role without a section of its own
# base_url = "http://127.0.0.1:8000/v1"
# model = "qwen3-coder"
# api_key_env = "MY_KEY"          # name of the environment variable that holds the key
# prompt_usd = 0.0                # dollars for a million tokens; left out: the cost is reported as unknown
# completion_usd = 0.0
# concurrency = 16                # requests at the same time
# timeout_seconds = 600
# request = { temperature = 0.7 } # fields for every request; they go before the agent's
#
# [models.solver]                 # evaluations
# [models.modifier]               # agents rewriting their own code
# [models.diagnoser]              # what to change
`;
