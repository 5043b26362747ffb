/**
 * Whether the agent takes chats, and how many at once. The control is the server's and stands
 * twice, once for wide screens and once for phones; both show the same.
 *
 * createAvailability({url, texts, onRefused(status, problem)}) gives
 *   hear(frame)    of the socket: another page of his, or the administrator, changed it
 *   turn(status)   of the socket: locked while it is away, and says so by texts[status]
 */
import { get, post } from "./fragment.js";

const TOGETHER = 200;
const NEWS = ["availability.changed", "settings.changed", "access.changed"];
const AWAY = ["reconnecting", "offline", "signed-out"];

export const createAvailability = (options) => new Availability(options);

class Availability {
  constructor(options) {
    Object.assign(this, { away: "", asked: 0, welcomed: false }, options);
    document.addEventListener("change", ({ target }) => this.chosen(target));
    document.addEventListener("submit", (event) => this.switched(event));
  }

  get forms() {
    return [...document.querySelectorAll("[data-availability]")];
  }

  /** A reason alone leaves the rest as it is: off. */
  chosen(target) {
    const form = target.closest("[data-availability]");
    if (form) this.send(form, target.name === "reason" ? { take: "off" } : { reason: "" });
  }

  switched(event) {
    const form = event.target.closest("[data-availability]");
    if (!form) return;
    event.preventDefault();
    this.send(form, { take: event.submitter.value, reason: "" });
  }

  async send(form, choice) {
    if (this.sending) return;
    this.sending = true;
    const { ok, status, nodes, problem } = await post(form, choice);
    this.sending = false;
    this.asked += 1; // An answer under way is older.
    if (ok) return this.put(nodes[0]);
    this.onRefused(status, problem);
    this.fetch();
  }

  hear({ type }) {
    if (NEWS.includes(type) || (type === "welcome" && this.welcomed)) this.refresh();
    if (type === "welcome") this.welcomed = true;
  }

  refresh() {
    this.timer ??= setTimeout(() => this.fetch(), TOGETHER);
  }

  async fetch() {
    this.timer = null;
    const ask = (this.asked += 1);
    const { ok, nodes } = await get(this.url);
    if (ok && ask === this.asked && !this.sending) this.put(nodes[0]);
  }

  put(fresh) {
    for (const old of this.forms) {
      const name = old.contains(document.activeElement) && document.activeElement.name;
      const next = fresh.cloneNode(true);
      old.replaceWith(next);
      if (name) (next.querySelector(`[name=${name}]`) ?? next.querySelector("[name=take]")).focus();
    }
    this.lock();
  }

  turn(status) {
    this.away = AWAY.includes(status) ? this.texts[status] : "";
    this.lock();
  }

  lock() {
    for (const form of this.forms) {
      form.querySelector("fieldset").disabled = Boolean(this.away);
      form.querySelector(".avail__away").textContent = this.away;
    }
  }
}
