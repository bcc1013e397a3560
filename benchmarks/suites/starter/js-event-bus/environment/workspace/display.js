/** Keeps the lines that the kiosk shows. */
export class Display {
  lines = [];
  #stops;

  constructor(bus) {
    this.#stops = [
      bus.on("door.**", (data, topic) => this.lines.push(`${topic}: ${data}`)),
      bus.once("power.off", () => this.close()),
    ];
  }

  close() {
    for (const stop of this.#stops) stop();
  }
}
