/** Carries events between parts that don't know each other. */
export class Bus {
  #registrations = new Set();

  on(pattern, listener) {
    return this.#register(pattern, listener, false);
  }

  once(pattern, listener) {
    return this.#register(pattern, listener, true);
  }

  off(pattern, listener) {
    for (const registration of this.#registrations) {
      if (registration.pattern === pattern && registration.listener === listener) {
        return this.#registrations.delete(registration);
      }
    }
    return false;
  }

  emit(topic, data) {
    const words = split(topic);
    if (words.some(isWildcard)) throw new TypeError(`a topic has no wildcards: ${topic}`);
    const errors = [];
    let calls = 0;
    for (const registration of [...this.#registrations]) {
      if (!this.#registrations.has(registration) || !matches(registration.words, words)) continue;
      if (registration.once) this.#registrations.delete(registration);
      calls += 1;
      try {
        registration.listener(data, topic);
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw new AggregateError(errors, `listeners of ${topic} failed`);
    return calls;
  }

  get size() {
    return this.#registrations.size;
  }

  #register(pattern, listener, once) {
    const words = split(pattern);
    if (words.slice(0, -1).includes("**")) throw new TypeError(`** must be the last word: ${pattern}`);
    if (typeof listener !== "function") throw new TypeError("a listener must be a function");
    const registration = { pattern, words, listener, once };
    this.#registrations.add(registration);
    return () => {
      this.#registrations.delete(registration);
    };
  }
}

function split(text) {
  const words = typeof text === "string" ? text.split(".") : [""];
  if (words.includes("")) throw new TypeError(`expected words divided by dots, got ${String(text)}`);
  return words;
}

function isWildcard(word) {
  return word === "*" || word === "**";
}

function matches(pattern, words) {
  const open = pattern.at(-1) === "**";
  const fixed = open ? pattern.slice(0, -1) : pattern;
  if (open ? words.length < fixed.length : words.length !== fixed.length) return false;
  return fixed.every((word, index) => word === "*" || word === words[index]);
}
