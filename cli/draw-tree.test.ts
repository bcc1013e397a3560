import fc from "fast-check";
import { expect, test } from "vitest";
import { drawTree } from "./draw-tree.ts";

type Node = { readonly id: number; readonly parent: number | undefined; readonly depth: number };

/** Parents by child id, from 1 on. */
function nodes(parents: readonly number[]): readonly Node[] {
  const all: Node[] = [{ id: 0, parent: undefined, depth: 0 }];
  for (const [index, parent] of parents.entries()) {
    all.push({ id: index + 1, parent, depth: (all[parent]?.depth ?? 0) + 1 });
  }
  return all;
}

const draw = (parents: readonly number[]) =>
  drawTree(nodes(parents)).map(({ node, branches }) => branches + node.id);

test("children stand under their parent, joined by branches", () => {
  expect(draw([0, 0, 1, 1, 0])).toEqual(["0", "├─ 1", "│  ├─ 3", "│  └─ 4", "├─ 2", "└─ 5"]);
  expect(draw([0, 1, 2])).toEqual(["0", "└─ 1", "   └─ 2", "      └─ 3"]);
});

test("a long lineage stays on the page, and does not exhaust the stack", () => {
  expect(
    Math.max(...draw(Array.from({ length: 60 }, (_, id) => id)).map((line) => line.length)),
  ).toBeLessThan(70);
  expect(draw(Array.from({ length: 3_000 }, (_, id) => id))).toHaveLength(3_001);
});

test("every agent is drawn once, each under its parent", () => {
  const tree = fc
    .array(fc.nat(), { maxLength: 30 })
    .map((draws) => draws.map((each, index) => each % (index + 1)));
  fc.assert(
    fc.property(tree, (parents) => {
      const drawn = drawTree(nodes(parents));
      expect(drawn.map(({ node }) => node.id).toSorted((a, b) => a - b)).toEqual(
        nodes(parents).map(({ id }) => id),
      );
      const step = Math.max(...drawn.map(({ node }) => node.depth)) > 12 ? 1 : 3;
      const path: number[] = [];
      for (const { node, branches } of drawn) {
        const depth = branches.length / step;
        expect(path[depth - 1]).toBe(node.parent);
        path.length = depth;
        path.push(node.id);
      }
    }),
  );
});
