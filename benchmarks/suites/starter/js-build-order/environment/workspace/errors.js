export class UnknownKitError extends Error {
  constructor(kit) {
    super(`unknown kit: ${kit}`);
    this.name = "UnknownKitError";
    this.kit = kit;
  }
}

export class CircleError extends Error {
  constructor(circle) {
    super(`kits need each other: ${circle.join(" -> ")}`);
    this.name = "CircleError";
    this.circle = circle;
  }
}
