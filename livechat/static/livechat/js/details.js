/**
 * The tabs beside a conversation. Which one is open stays so from chat to chat.
 *
 * createDetails({pane, onShown(), onRefused(status, problem)}) gives
 *   sync()        after the server's part was put in: the open tab, and what it is missing
 *   show(tab)     customer, resources or activity; false when the chat has no such tab
 *   step(by)      the next tab, or the one before
 *   search()      resources, with the words ready to be written
 *   share, pin    what buttons of the resources do
 *   hear(frame)   what the resources are made of was changed
 */
import { get, morph, post } from "./fragment.js";
import { share } from "./sharing.js";

const WAIT = 200;
const CALM = 1000; // a conversation goes on before it is looked at anew
const FIRST = "customer";
/** Settings that the resources are made of. */
const SHOWN = ["service_alert", "ticket_template", "queue"];

export const createDetails = (options) => new Details(options);

class Details {
  constructor(options) {
    Object.assign(this, { tab: FIRST, asked: 0 }, options);
    document.addEventListener("click", (event) => this.click(event));
    document.addEventListener("input", (event) => this.input(event));
    document.addEventListener("keydown", (event) => this.arrows(event));
    document.addEventListener("submit", (event) => event.target.matches("[data-pin]") && this.pin(event));
    this.sync();
  }

  get aside() {
    return this.pane.chat ? this.pane.conv.nextElementSibling : null;
  }

  get tabs() {
    return [...(this.aside?.querySelectorAll("[data-details]") ?? [])];
  }

  get open() {
    return this.tabs.some(({ dataset }) => dataset.details === this.tab) ? this.tab : FIRST;
  }

  panel(name) {
    return this.aside?.querySelector(`[data-panel=${name}]`);
  }

  sync() {
    const { open, aside } = this;
    for (const tab of this.tabs) {
      const selected = tab.dataset.details === open;
      tab.setAttribute("aria-selected", selected);
      tab.tabIndex = selected ? 0 : -1;
    }
    for (const panel of aside?.querySelectorAll("[data-panel]") ?? []) panel.hidden = panel.dataset.panel !== open;
    const shown = this.panel(open);
    if (shown?.dataset.part && shown.dataset.version !== this.pane.conv.dataset.version) this.load(shown);
  }

  show(tab) {
    if (!this.tabs.some(({ dataset }) => dataset.details === tab)) return false;
    this.tab = tab;
    this.sync();
    this.onShown();
    return true;
  }

  step(by) {
    const names = this.tabs.map(({ dataset }) => dataset.details);
    return names.length > 0 && this.show(names.at((names.indexOf(this.open) + by) % names.length));
  }

  async search() {
    if (!this.show("resources")) return false;
    if (!this.field) await this.load(this.panel("resources"));
    this.field?.focus();
    return true;
  }

  get field() {
    return this.panel("resources")?.querySelector("[data-search]");
  }

  /** What a part is asked for: what was chosen in it. */
  query({ dataset, firstElementChild: part }) {
    if (dataset.panel === "activity") return { show: part?.dataset.show ?? "" };
    return { q: this.field?.value ?? "", template: part?.dataset.picked ?? "" };
  }

  /** The server's newest part; of several that were asked for the last one counts. */
  async load(panel, chosen = {}) {
    const { chat, conv } = this.pane;
    const ask = (this.asked += 1);
    const { version } = conv.dataset;
    const { ok, status, nodes, problem } = await get(`${panel.dataset.part}?${new URLSearchParams({ ...this.query(panel), ...chosen })}`);
    if (ask !== this.asked || chat !== this.pane.chat) return;
    if (!ok) return this.onRefused(status, problem);
    panel.dataset.version = version;
    if (panel.firstElementChild) morph(panel.firstElementChild, nodes[0]);
    else panel.append(nodes[0]);
  }

  /** What is shown of it is old. */
  hear({ type, kind, ticket, chat, items = [] }) {
    if (type === "messages" && chat === this.pane.chat && items.some((item) => this.concerns(item))) this.later();
    const ours = type === "ticket.changed" && ticket === this.pane.conv?.dataset.ticket;
    if (ours || SHOWN.includes(kind)) this.renew();
  }

  /** What is suggested follows the conversation; what was searched for stays. */
  concerns({ kind, author }) {
    return kind === "article" || (author === "customer" && !this.field?.value);
  }

  later() {
    clearTimeout(this.due);
    this.due = setTimeout(() => this.renew(), CALM);
  }

  renew() {
    for (const panel of this.aside?.querySelectorAll("[data-part]") ?? []) panel.dataset.version = "";
    this.sync();
  }

  async share(button) {
    if (button.ariaBusy === "true") return;
    button.ariaBusy = "true";
    const { ok, status, problem } = await share(this.pane, button.dataset.share);
    button.ariaBusy = null;
    if (!ok) return this.onRefused(status, problem);
    await this.load(this.panel("resources"));
  }

  async pin(event) {
    event.preventDefault();
    const { ok, status, problem } = await post(event.target);
    if (!ok) return this.onRefused(status, problem);
    await this.load(this.panel("resources"));
  }

  click(event) {
    const { target } = event;
    const tab = target.closest("[data-details]");
    const template = target.closest("[data-template]");
    if (tab) this.show(tab.dataset.details);
    if (template) this.pick(template);
    const shared = target.closest("[data-share]");
    if (shared) this.share(shared);
    const earlier = target.closest("[data-panel=activity] [data-earlier]");
    if (earlier) this.earlier(event, earlier);
  }

  async earlier(event, link) {
    event.preventDefault();
    const { ok, nodes } = await get(link.href);
    if (!ok) return;
    link.closest("[data-activity]").querySelector("ol").append(...nodes[0].querySelectorAll("ol > li"));
    link.replaceWith(...nodes[0].querySelectorAll("[data-earlier]"));
  }

  async pick({ dataset, ariaPressed }) {
    const template = ariaPressed === "true" ? "" : dataset.template;
    await this.load(this.panel("resources"), { template });
    if (!dataset.template) this.field?.focus(); // What cleared it has gone.
  }

  input({ target }) {
    if (target.matches("[data-panel=activity] select")) this.load(this.panel("activity"), { show: target.value });
    if (!target.matches("[data-search]")) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.load(this.panel("resources")), WAIT);
  }

  arrows(event) {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by || event.altKey || !event.target.matches("[data-details]")) return;
    event.preventDefault();
    this.step(by);
    this.tabs.find(({ tabIndex }) => tabIndex === 0).focus();
  }
}
