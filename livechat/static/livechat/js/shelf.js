/**
 * Storage that never throws: denied or full, things are kept as long as the page lives.
 *
 * shelf("localStorage" or "sessionStorage") gives get(key) · set(key, text) · drop(key) · keys() · denied
 */
export const shelf = (name) => new Shelf(() => globalThis[name]);

export class Shelf {
  constructor(open) {
    this.memory = new Map();
    this.attempt(() => {
      this.storage = open();
      this.storage.getItem("");
    });
  }

  attempt(deed) {
    try {
      return deed();
    } catch {
      this.storage = null;
    }
  }

  get denied() {
    return !this.storage;
  }

  get(key) {
    return this.memory.get(key) ?? this.storage?.getItem(key);
  }

  set(key, text) {
    this.attempt(() => this.storage?.setItem(key, text));
    if (this.denied) this.memory.set(key, text);
  }

  drop(key) {
    this.memory.delete(key);
    this.storage?.removeItem(key);
  }

  keys() {
    return Array.from({ length: this.storage?.length ?? 0 }, (_, n) => this.storage.key(n));
  }
}
