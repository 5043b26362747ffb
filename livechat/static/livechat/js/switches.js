/**
 * The panel that says whether this page can reach the agent, and where he chooses what it tells him.
 *
 * createSwitches(dialog, {bell, desktop, chime, onChange(values), onRefused(status, problem), onTest()}) gives
 *   wants(kind, way)   way: toast, desktop, sound
 *   values · take(values)   of all boxes, by name
 *   open() · draw()    draw: the states have changed
 */
import { post } from "./fragment.js";

const EVERYTHING = "all";

export const createSwitches = (dialog, options) => new Switches(dialog, options);

class Switches {
  constructor(dialog, options) {
    Object.assign(this, { dialog, form: dialog.querySelector("form") }, options);
    this.form.addEventListener("change", ({ target }) => this.change(target));
    this.form.addEventListener("submit", (event) => event.preventDefault());
    dialog.querySelector("[data-ask]").addEventListener("click", () => this.desktop.ask());
    dialog.querySelector("[data-test]").addEventListener("click", () => this.test());
  }

  get boxes() {
    return [...this.form.querySelectorAll("input[type=checkbox]")];
  }

  get values() {
    return Object.fromEntries(this.boxes.map(({ name, checked }) => [name, checked]));
  }

  box(kind, way) {
    return this.form.elements[`${kind}-${way}`];
  }

  wants(kind, way) {
    return this.box(EVERYTHING, way).checked && Boolean(this.box(kind, way)?.checked);
  }

  take(values) {
    for (const box of this.boxes) box.checked = values[box.name] ?? box.checked;
    this.draw();
  }

  async change({ name, checked }) {
    if (name === `${EVERYTHING}-desktop` && checked) this.desktop.ask();
    if (name === `${EVERYTHING}-sound` && checked) this.chime.unlock();
    this.draw();
    this.onChange(this.values);
    const { ok, status, problem } = await post(this.form);
    if (!ok) this.onRefused(status, problem);
  }

  async test() {
    await Promise.all([this.desktop.ask(), this.chime.unlock()]);
    this.onTest();
    this.dialog.querySelector("[data-tested]").hidden = false;
    this.draw();
  }

  open() {
    this.dialog.querySelector("[data-tested]").hidden = true;
    this.draw();
    if (!this.dialog.open) this.dialog.showModal();
  }

  draw() {
    const states = { desktop: this.desktop.state, sound: this.chime.state };
    for (const [way, state] of Object.entries(states)) {
      for (const line of this.dialog.querySelectorAll(`[data-state-of=${way}]`)) line.hidden = line.dataset.state !== state;
      const off = !this.box(EVERYTHING, way).checked;
      for (const box of this.boxes) if (box.name.endsWith(`-${way}`)) box.closest("label").classList.toggle("off", off);
    }
    const lame = this.lame(states);
    this.bell.dataset.reach = lame ? "lame" : "able";
    this.bell.setAttribute("aria-description", lame ? this.bell.dataset.lame : "");
  }

  /** Whether something is switched on that cannot work now. */
  lame({ desktop, sound }) {
    const on = (way) => this.box(EVERYTHING, way).checked;
    return (on("desktop") && desktop !== "granted") || (on("sound") && sound !== "ready");
  }
}
