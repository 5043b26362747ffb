/**
 * Storage that never throws: denied or full, things are kept as long as the page lives; a shelf made
 * with `keep(all)` hands them on, and gets them back by `fill(all)`.
 *
 * shelf("localStorage" or "sessionStorage") gives get(key) · set(key, text) · drop(key) · keys() · denied
 */
export const shelf = (name) => new Shelf(() => globalThis[name]);

export class Shelf {
  constructor(open, keep) {
    this.memory = new Map();
    this.keep = keep;
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
    this.tell();
  }

  fill(all) {
    if (this.denied) this.memory = new Map(Object.entries(all ?? {}));
  }

  tell() {
    if (this.denied) this.keep?.(Object.fromEntries(this.memory));
  }

  drop(key) {
    this.memory.delete(key);
    this.storage?.removeItem(key);
    this.tell();
  }

  keys() {
    return [...this.memory.keys(), ...Array.from({ length: this.storage?.length ?? 0 }, (_, n) => this.storage.key(n))];
  }
}
