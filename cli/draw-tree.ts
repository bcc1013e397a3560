/** What a drawing needs of a tree's node. */
type Node = { readonly id: number; readonly parent: number | undefined; readonly depth: number };

/** From this depth on a level is one character wide, so that long lineages stay on the page. */
const DEEP = 12;

/**
 * Draws a tree as it reads from top to bottom: each node with the branches before it (`├─ `, `│  └─ `), children under
 * their parent in the given order. Nodes come in any order that has parents before their children.
 */
export function drawTree<T extends Node>(
  nodes: readonly T[],
): readonly { readonly node: T; readonly branches: string }[] {
  const narrow = nodes.some(({ depth }) => depth > DEEP);
  const [fork, end, pass, blank] = narrow ? ["├", "└", "│", " "] : ["├─ ", "└─ ", "│  ", "   "];
  const children = Map.groupBy(nodes, ({ parent }) => parent);
  const drawn: { node: T; branches: string }[] = [];
  // A stack, not recursion: a lineage may be as long as the campaign.
  const open = (children.get(undefined) ?? []).map((node) => ({ node, before: "", own: "" })).reverse();
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { node, before, own } = next;
    drawn.push({ node, branches: before + own });
    const under = before + (own === "" ? "" : own === end ? blank : pass);
    const below = children.get(node.id) ?? [];
    const entries = below.map((child, index) => ({
      node: child,
      before: under,
      own: index === below.length - 1 ? end : fork,
    }));
    open.push(...entries.reverse());
  }
  return drawn;
}
