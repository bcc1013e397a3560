const VERSION = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-rc([1-9]\d*))?$/;
const TERM = /^(<=|>=|<|>|=|~|\^|)(\d.*)$/;
const PREFIX = /^(0|[1-9]\d*)\.(?:(0|[1-9]\d*)\.)?x$/;

/** -1, 0 or 1: whether version `a` is older than, the same as or newer than `b`. */
export function compare(a, b) {
  return order(parseVersion(a), parseVersion(b));
}

/** Whether a version fits a range. */
export function satisfies(version, range) {
  const parsed = parseVersion(version);
  return parseRange(range).some((terms) => fits(parsed, terms));
}

/** The newest version that fits a range. */
export function newest(versions, range) {
  const alternatives = parseRange(range);
  return versions
    .map((text) => ({ text, version: parseVersion(text) }))
    .filter(({ version }) => alternatives.some((terms) => fits(version, terms)))
    .sort((a, b) => order(a.version, b.version))
    .at(-1)?.text;
}

/** Major, minor, patch and candidate; a release counts as the candidate after all others. */
function parseVersion(text) {
  const match = VERSION.exec(text);
  if (match === null) throw new RangeError(`not a version: ${text}`);
  return [Number(match[1]), Number(match[2]), Number(match[3]), match[4] === undefined ? Infinity : Number(match[4])];
}

function order(a, b) {
  const index = a.findIndex((number, position) => number !== b[position]);
  if (index < 0) return 0;
  return a[index] < b[index] ? -1 : 1;
}

function fits(version, terms) {
  if (!terms.every((term) => term.test(version))) return false;
  return isRelease(version) || terms.some(({ base }) => base !== undefined && !isRelease(base) && same(version, base, 3));
}

function isRelease(version) {
  return version[3] === Infinity;
}

function same(a, b, count) {
  return a.slice(0, count).every((number, position) => number === b[position]);
}

function parseRange(range) {
  return range.split("||").map((alternative) => {
    const terms = alternative.split(" ").filter((term) => term !== "");
    if (terms.length === 0) throw new RangeError(`not a range: ${range}`);
    return terms.map((term) => parseTerm(term, range));
  });
}

function parseTerm(term, range) {
  if (term === "*") return { test: () => true };
  const prefix = PREFIX.exec(term);
  if (prefix !== null) {
    const numbers = prefix.slice(1).filter((part) => part !== undefined).map(Number);
    return { test: (version) => same(version, numbers, numbers.length) };
  }
  const match = TERM.exec(term);
  if (match === null) throw new RangeError(`not a range: ${range}`);
  const [, sign, text] = match;
  const base = parseVersion(text);
  return { base, test: (version) => compares(order(version, base), sign, version, base) };
}

function compares(result, sign, version, base) {
  switch (sign) {
    case "<":
      return result < 0;
    case "<=":
      return result <= 0;
    case ">":
      return result > 0;
    case ">=":
      return result >= 0;
    case "~":
      return result >= 0 && same(version, base, 2);
    case "^":
      return result >= 0 && same(version, base, 1);
    default:
      return result === 0;
  }
}
