import { CircleError, UnknownKitError } from "./errors.js";

/** Lists of kits that can be built together, one after another. */
export function stages(kits) {
  return group(order(kits));
}

/** The stages of what has to be built again. */
export function rebuild(kits, changed) {
  const ordered = order(kits);
  const affected = new Set(changed);
  for (const name of affected) {
    if (!Object.hasOwn(kits, name)) throw new UnknownKitError(name);
  }
  for (const name of ordered.keys()) {
    if (kits[name].some((need) => affected.has(need))) affected.add(name);
  }
  return group([...ordered].filter(([name]) => affected.has(name)));
}

/** How long everything takes with enough hands, and why. */
export function slowest(kits, minutes) {
  const done = new Map();
  for (const name of order(kits).keys()) {
    const before = latest(kits[name], done);
    const own = Object.hasOwn(minutes, name) ? minutes[name] : 0;
    done.set(name, { before, end: own + (before === undefined ? 0 : done.get(before).end) });
  }
  const path = [];
  for (let name = latest([...done.keys()], done); name !== undefined; name = done.get(name).before) path.unshift(name);
  return { minutes: path.length === 0 ? 0 : done.get(path.at(-1)).end, path };
}

function latest(names, done) {
  let best;
  for (const name of [...names].sort()) {
    if (best === undefined || done.get(name).end > done.get(best).end) best = name;
  }
  return best;
}

/** A map from each kit to its stage, needs before what is made of them. */
function order(kits) {
  const waiting = new Map();
  const neededBy = new Map(Object.keys(kits).map((name) => [name, []]));
  for (const [name, needs] of Object.entries(kits)) {
    const distinct = new Set(needs);
    waiting.set(name, distinct.size);
    for (const need of distinct) {
      if (!neededBy.has(need)) throw new UnknownKitError(need);
      neededBy.get(need).push(name);
    }
  }
  const ordered = new Map();
  let stage = [...waiting.keys()].filter((name) => waiting.get(name) === 0);
  for (let number = 0; stage.length > 0; number += 1) {
    const next = [];
    for (const name of stage) {
      ordered.set(name, number);
      for (const user of neededBy.get(name)) {
        waiting.set(user, waiting.get(user) - 1);
        if (waiting.get(user) === 0) next.push(user);
      }
    }
    stage = next;
  }
  if (ordered.size < neededBy.size) throw new CircleError(findCircle(kits, ordered));
  return ordered;
}

/** Every kit that is left needs another one that is left, so following those must come back. */
function findCircle(kits, ordered) {
  let name = Object.keys(kits).find((each) => !ordered.has(each));
  const seen = new Set();
  while (!seen.has(name)) {
    seen.add(name);
    name = kits[name].find((need) => !ordered.has(need));
  }
  const path = [...seen];
  const circle = path.slice(path.indexOf(name));
  const smallest = circle.indexOf([...circle].sort()[0]);
  return [...circle.slice(smallest), ...circle.slice(0, smallest)];
}

function group(ordered) {
  const groups = new Map();
  for (const [name, number] of ordered) {
    if (!groups.has(number)) groups.set(number, []);
    groups.get(number).push(name);
  }
  return [...groups].sort(([a], [b]) => a - b).map(([, names]) => names.sort());
}
