import fc from "fast-check";
import { expect, test } from "vitest";
import { rankAgents } from "./best.ts";
import { betaCdf } from "./statistics.ts";

const agent = (id: number, solved: number, counted: number) => ({ id, own: { solved, counted } });
const order = (...agents: readonly ReturnType<typeof agent>[]) =>
  rankAgents(agents).map((ranked) => ranked.agent);

test("a lucky start on few tasks does not beat a long record", () => {
  expect(order(agent(0, 2, 2), agent(1, 40, 50))).toEqual([1, 0]);
});

test("an agent that was never evaluated comes after one that solved nothing", () => {
  expect(order(agent(0, 0, 0), agent(1, 0, 50), agent(2, 1, 3))).toEqual([2, 1, 0]);
});

test("equal records go to the older agent, whatever the order they came in", () => {
  expect(order(agent(7, 3, 5), agent(2, 3, 5), agent(4, 0, 0), agent(3, 0, 0))).toEqual([2, 7, 3, 4]);
});

test("says how sure it is", () => {
  expect(rankAgents([agent(3, 8, 10)])).toEqual([
    {
      agent: 3,
      // Beta(9, 3), computed with 30 digits by mpmath.
      quantile: expect.closeTo(0.584843068274, 10),
      mean: 0.75,
      interval: [expect.closeTo(0.48224414764, 10), expect.closeTo(0.939782265827, 10)],
      solved: 8,
      counted: 10,
    },
  ]);
});

test("orders by the epsilon quantile and keeps every agent", () => {
  const record = fc
    .tuple(fc.nat(60), fc.nat(60))
    .map(([solved, failed]) => ({ solved, counted: solved + failed }));
  fc.assert(
    fc.property(fc.array(record), fc.double({ min: 0.01, max: 0.99, noNaN: true }), (records, epsilon) => {
      const ranked = rankAgents(
        records.map((own, id) => ({ id, own })),
        epsilon,
      );
      expect(ranked.map((entry) => entry.agent).sort((a, b) => a - b)).toEqual(records.map((_, id) => id));
      const evaluated = ranked.filter((entry) => entry.counted > 0);
      expect(ranked.slice(0, evaluated.length)).toEqual(evaluated);
      for (const [index, entry] of evaluated.entries()) {
        const { solved, counted, quantile } = entry;
        expect(betaCdf(quantile, 1 + solved, 1 + counted - solved)).toBeCloseTo(epsilon, 9);
        expect(quantile).toBeGreaterThanOrEqual(evaluated[index + 1]?.quantile ?? 0);
      }
    }),
  );
});
