import { randomBeta } from "d3-random";
import type { RandomStream } from "../random.ts";
import type { Draws } from "../search.ts";

/** One agent and what is believed of it: Beta(a, b). */
type Arm = { readonly id: number; readonly a: number; readonly b: number };

type Draw = { readonly id: number; readonly reason: string; readonly draws: Draws };

/**
 * Thompson sampling: draws once from the Beta of each arm, in the given order, and takes the highest; the first wins a
 * tie. `reason` tells people the draw and the next best one; `draws` holds the same as numbers. Throws `RangeError`
 * without arms.
 */
export function thompson(arms: readonly Arm[], random: RandomStream): Draw {
  const beta = randomBeta.source(random);
  let best: { arm: Arm; draw: number } | undefined;
  let next: { arm: Arm; draw: number } | undefined;
  for (const arm of arms) {
    const drawn = { arm, draw: beta(arm.a, arm.b)() };
    if (!best || drawn.draw > best.draw) {
      next = best;
      best = drawn;
    } else if (!next || drawn.draw > next.draw) {
      next = drawn;
    }
  }
  if (!best) throw new RangeError("thompson: expected at least one arm, got none");
  const { arm, draw } = best;
  const against = next ? `, next best ${next.arm.id} at ${short(next.draw)}` : "";
  return {
    id: arm.id,
    reason: `drew ${short(draw)} from Beta(${plain(arm.a)}, ${plain(arm.b)})${against}`,
    draws: {
      draw,
      a: arm.a,
      b: arm.b,
      ...(next && { nextBest: next.arm.id, nextDraw: next.draw }),
    },
  };
}

function short(share: number): string {
  return share.toFixed(2).replace(/^0/, "");
}

function plain(shape: number): string {
  return String(Number(shape.toFixed(1)));
}
