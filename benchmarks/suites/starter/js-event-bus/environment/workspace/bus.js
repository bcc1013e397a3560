/** Carries events between parts that don't know each other. */
export class Bus {
  #listeners = new Map();

  on(topic, listener) {
    const listeners = this.#listeners.get(topic) ?? [];
    listeners.push(listener);
    this.#listeners.set(topic, listeners);
  }

  off(topic, listener) {
    const listeners = this.#listeners.get(topic) ?? [];
    listeners.splice(listeners.indexOf(listener), 1);
  }

  emit(topic, data) {
    for (const listener of this.#listeners.get(topic) ?? []) listener(data);
  }
}
