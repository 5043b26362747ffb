/**
 * A field with a search ([data-lookup], the address of its choices): the list under it is the server's.
 *
 * createLookup(field, {more()})   more(): what the address is asked besides, by name
 * The hidden input has the key of what was chosen; what is written counts when it is something else.
 */
import { get } from "../../parley/fragment.js";

const PAUSE = 200;

export const createLookup = (field, options) => new Lookup(field, options);

/** Which of so many options an arrow leads to; -1 is the field itself. */
export function aim(key, at, count) {
  if (!count) return -1;
  const step = { ArrowDown: 1, ArrowUp: -1 }[key];
  if (at < 0) return step > 0 ? 0 : count - 1;
  return (at + step + count) % count;
}

class Lookup {
  constructor(field, { more = () => ({}) } = {}) {
    Object.assign(this, { field, more, asked: 0, at: -1 });
    this.key = field.querySelector("input[type=hidden]");
    this.input = field.querySelector("[role=combobox]");
    this.list = field.querySelector("[role=listbox]");
    this.input.addEventListener("input", () => this.written());
    this.input.addEventListener("keydown", (event) => this.press(event));
    this.input.addEventListener("blur", () => this.close());
    this.input.addEventListener("click", () => this.open() || this.ask(0));
    this.list.addEventListener("pointerdown", (event) => event.preventDefault()); // The focus stays.
    this.list.addEventListener("click", ({ target }) => this.choose(target.closest("[role=option]")));
  }

  get options() {
    return [...this.list.querySelectorAll("[role=option]")];
  }

  written() {
    this.key.value = "";
    this.ask(PAUSE);
  }

  ask(wait) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.fetch(), wait);
  }

  async fetch() {
    const ask = (this.asked += 1);
    const words = this.key.value ? "" : this.input.value; // What was chosen is not looked for again.
    const { ok, nodes } = await get(`${this.field.dataset.lookup}?${new URLSearchParams({ q: words, ...this.more() })}`);
    if (!ok || ask !== this.asked || document.activeElement !== this.input) return;
    this.list.replaceChildren(...nodes[0].children);
    this.options.forEach((option, n) => (option.id = `${this.list.id}-${n}`));
    this.show(true);
    this.mark(-1);
  }

  show(yes) {
    this.list.hidden = !yes;
    this.input.setAttribute("aria-expanded", yes);
  }

  open() {
    return !this.list.hidden;
  }

  close() {
    clearTimeout(this.timer);
    this.asked += 1;
    this.show(false);
    this.mark(-1);
  }

  mark(at) {
    this.at = at;
    this.options.forEach((option, n) => option.setAttribute("aria-selected", n === at));
    const marked = this.options[at];
    if (marked) this.input.setAttribute("aria-activedescendant", marked.id);
    else this.input.removeAttribute("aria-activedescendant");
    marked?.scrollIntoView({ block: "nearest" });
  }

  choose(option) {
    if (!option) return;
    this.key.value = option.dataset.key;
    this.input.value = option.dataset.text;
    this.close();
    this.input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  press(event) {
    if (event.isComposing) return;
    if (event.key in { ArrowDown: 1, ArrowUp: 1 }) {
      event.preventDefault();
      if (this.open()) this.mark(aim(event.key, this.at, this.options.length));
      else this.ask(0);
    } else if (event.key === "Enter" && this.open()) {
      event.preventDefault();
      this.choose(this.options[this.at] ?? (this.options.length === 1 ? this.options[0] : null));
    } else if (event.key === "Escape" && this.open()) {
      event.preventDefault();
      event.stopPropagation();
      this.close();
    }
  }
}
