/**
 * `#` and a few letters in a reply: articles to share. Tab takes the first, or the one that the arrows
 * have reached; Enter only the latter, since it sends.
 *
 * createPicker(form, {texts, wants(), onPick(article) → {ok, status, problem}})
 *   wants   whether a reply is being written
 */
import { get } from "./fragment.js";
import { asked } from "./sharing.js";

const WAIT = 200;

export const createPicker = (form, options) => new Picker(form, options);

class Picker {
  constructor(form, options) {
    Object.assign(this, { form, list: form.querySelector("[data-picker]"), field: form.querySelector("textarea"), turn: 0 }, options);
    if (!this.list) return;
    this.field.addEventListener("input", () => this.look());
    this.field.addEventListener("blur", ({ relatedTarget }) => this.list.contains(relatedTarget) || this.close());
    form.addEventListener("keydown", (event) => this.key(event), { capture: true });
    form.addEventListener("click", ({ target }) => this.clicked(target));
    this.list.addEventListener("pointerdown", (event) => event.preventDefault()); // The field keeps the focus.
  }

  get options() {
    return this.list.hidden ? [] : [...this.list.querySelectorAll("[data-pick]")];
  }

  get chosen() {
    return this.options.find((option) => option.ariaSelected === "true");
  }

  look() {
    const { field } = this;
    const text = this.wants() ? asked(field.value, field.selectionStart) : null;
    clearTimeout(this.timer);
    this.turn += 1;
    if (text === null) this.close();
    else this.timer = setTimeout(() => this.find(text), WAIT);
  }

  async find(text) {
    const turn = (this.turn += 1);
    const { ok, nodes } = await get(`${this.list.dataset.picker}?${new URLSearchParams({ q: text })}`);
    if (turn !== this.turn) return;
    this.list.replaceChildren(...(ok ? nodes : []));
    this.list.hidden = !this.list.querySelector("[data-pick]");
  }

  close() {
    clearTimeout(this.timer);
    this.turn += 1;
    this.list.hidden = true;
    this.field.removeAttribute("aria-activedescendant");
  }

  key(event) {
    const { options, chosen } = this;
    if (!options.length || event.target !== this.field || event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const take = event.key === "Tab" && !event.shiftKey ? (chosen ?? options[0]) : event.key === "Enter" ? chosen : null;
    if (!step && !take && event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    if (step) this.choose(options.at((options.indexOf(chosen) + (chosen || step > 0 ? step : 0)) % options.length));
    else if (take) this.pick(take);
    else this.close();
  }

  choose(option) {
    for (const one of this.options) one.ariaSelected = one === option;
    this.field.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  clicked(target) {
    const option = target.closest("[data-pick]");
    if (option) this.pick(option);
    else if (!this.list.contains(target) && target !== this.field) this.close();
  }

  /** Only what was shared goes out of the text: of what is refused everything stays, and says why. */
  async pick(option) {
    if (this.busy) return;
    this.busy = true;
    const { ok, status, problem } = await this.onPick(option.dataset.pick);
    this.busy = false;
    const { broken, unreachable } = this.texts;
    if (ok) this.cut();
    else this.list.querySelector("[data-wrong]").textContent = problem.detail ?? (status ? broken : unreachable);
  }

  cut() {
    const { field } = this;
    const caret = field.selectionStart;
    const text = asked(field.value, caret);
    if (text !== null) field.setRangeText("", caret - text.length - 1, caret, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
    this.close();
    field.focus();
  }
}
