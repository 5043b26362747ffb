/**
 * What goes on around a ticket: the stream, and where people write.
 *
 * createActivity(aside, {onRefused(status, problem), onVersion(version)}) gives
 *   refresh()   what came within 200 ms is one fetch; so does looking at the page again
 */
import { get, post } from "../../parley/fragment.js";

const TOGETHER = 200;

export const createActivity = (aside, options) => new ActivityPane(aside, options);

class ActivityPane {
  constructor(aside, options) {
    Object.assign(this, { aside, asked: 0 }, options);
    aside.addEventListener("change", ({ target }) => this.change(target));
    aside.addEventListener("click", (event) => this.click(event));
    aside.addEventListener("submit", (event) => this.say(event));
    aside.addEventListener("keydown", (event) => this.press(event));
    document.addEventListener("visibilitychange", () => document.hidden || this.refresh());
    this.kind();
    this.parts();
  }

  get stream() {
    return this.aside.querySelector("[data-activity]");
  }

  change(target) {
    if (target.closest("[data-activity]")) this.fetch(target.value);
    if (target.name === "kind") this.kind();
  }

  /** The field says who reads what is written. */
  kind() {
    const { body } = this.aside.querySelector("[data-say]").elements;
    const comment = this.aside.querySelector("[name=kind][value=comment]").checked;
    body.placeholder = comment ? body.dataset.comment : body.dataset.note;
  }

  refresh() {
    this.timer ??= setTimeout(() => this.fetch(this.stream.dataset.show), TOGETHER);
  }

  async fetch(show) {
    this.timer = null;
    const ask = (this.asked += 1);
    const { ok, nodes } = await get(`${this.stream.dataset.activity}?${new URLSearchParams({ show })}`);
    if (!ok || ask !== this.asked) return;
    const focused = this.stream.querySelector("select") === document.activeElement;
    this.stream.replaceWith(nodes[0]);
    if (focused) this.stream.querySelector("select").focus();
    this.onVersion(Number(this.stream.dataset.version));
  }

  click(event) {
    const link = event.target.closest("[data-earlier]");
    if (!link) return;
    event.preventDefault();
    this.earlier(link);
  }

  async earlier(link) {
    const { ok, nodes } = await get(link.href);
    if (!ok) return;
    const first = nodes[0].querySelector("li");
    this.stream.querySelector("ol").append(...nodes[0].querySelectorAll("ol > li"));
    link.replaceWith(...nodes[0].querySelectorAll("[data-earlier]"));
    first.tabIndex = -1;
    first.focus();
  }

  press(event) {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || !event.target.matches("textarea")) return;
    event.preventDefault();
    event.target.form.requestSubmit();
  }

  async say(event) {
    const form = event.target.closest("[data-say]");
    if (!form) return;
    event.preventDefault();
    const { body } = form.elements;
    if (this.saying || !body.value.trim()) return body.focus();
    this.saying = true;
    const { ok, status, problem } = await post(form);
    this.saying = false;
    if (!ok) return this.onRefused(status, problem);
    body.value = "";
    body.dispatchEvent(new Event("input", { bubbles: true }));
    body.focus();
    this.fetch(this.stream.dataset.show);
  }

  /** Parts of other apps, where there are any. */
  async parts() {
    for (const place of this.aside.querySelectorAll("[data-part]")) {
      const { ok, nodes } = await get(place.dataset.part);
      place.hidden = !ok || !nodes.length;
      if (ok) place.replaceChildren(...nodes);
    }
  }
}
