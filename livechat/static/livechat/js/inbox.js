/**
 * The lists: what waits, and the agent's chats. The rows are the server's; between two fetches
 * frames change their last line, count, typing and waiting time at once.
 *
 * createInbox({root, url, live, me, texts, current(), reading(chat), onNew(kind, row), storage?})
 * gives
 *   refresh(wait?)          fetches the lists; what comes within 200 ms is one fetch
 *   sync()                  draws what this page knows over what the server sent
 *   hear(frame)             of the socket · changed(state) of an open conversation
 *   read(chat)              it is on the screen · taken(chat, text)   somebody was faster
 *   tab, show(tab)          "queue", "transferred" while there is one, or "mine"
 *   rows(), step(chat, by), nextUnread(chat), oldest(), next(chat)   ids of chats
 *   unread()                lines in all, for the title
 *   rowOf(chat) · holds(kind, chat)   whether news of this kind are still to be answered
 */
import { get, morph } from "./fragment.js";
import { phrase } from "./phrase.js";
import { afterCount, afterLine, shortly, spoken } from "./rows.js";
import { shelf } from "../../parley/shelf.js";

const TOGETHER = 200;
const FADE = 2000;
const DOCK = "parley.dock";
/** What a row that was not there at the last look is news of. */
const GREETED = { chat: "#list-queue [data-waiting]", given: "[data-mine]", transfer: "[data-transferred]", invitation: "[data-asked]" };

const chatOf = ({ dataset: { mine, waiting, transferred, asked } }) => mine ?? waiting ?? transferred ?? asked;

export const createInbox = (options) => new Inbox(options);

class Inbox {
  constructor(options) {
    Object.assign(this, { storage: shelf("localStorage"), counts: new Map(), known: new Map() }, options);
    this.tab = this.lists.dataset.lists;
    this.root.addEventListener("toggle", ({ target }) => target.id === "dock" && this.keepDock(target.open), true);
    if (this.storage.get(DOCK) === "closed" && this.dock) this.dock.open = false;
    this.sync();
  }

  get lists() {
    return this.root.querySelector("[data-lists]");
  }

  get dock() {
    return this.root.querySelector("#dock");
  }

  keepDock(open) {
    this.storage.set(DOCK, open ? "open" : "closed");
  }

  refresh(wait = TOGETHER) {
    this.timer ??= setTimeout(() => this.fetch(), wait);
  }

  async fetch() {
    if (this.busy) return void (this.again = true);
    this.timer = null;
    this.busy = true;
    const { ok, nodes } = await get(`${this.url}?list=${this.tab}&chat=${this.current() ?? ""}`);
    this.busy = false;
    if (ok) this.put(nodes[0]);
    if (this.again) this.timer = null;
    if (this.again) this.refresh();
    this.again = false;
  }

  put(fresh) {
    const docked = this.dock;
    morph(this.lists, fresh);
    if (!docked && this.dock && this.storage.get(DOCK) === "closed") this.dock.open = false;
    this.sync();
  }

  sync() {
    this.show(this.tab);
    for (const row of this.mine()) this.row(row);
    this.mark();
    this.greet();
    this.onSync?.();
  }

  show(tab) {
    if (!this.tabs().includes(tab)) tab = "mine"; // The last transferred one has gone.
    this.tab = this.lists.dataset.lists = tab;
    for (const one of this.lists.querySelectorAll("[role=tab]")) {
      const chosen = one.dataset.tab === tab;
      one.setAttribute("aria-selected", chosen);
      one.tabIndex = chosen ? 0 : -1;
      one.querySelector(".count").classList.toggle("on", chosen);
    }
    for (const panel of this.lists.querySelectorAll("[data-panel]")) panel.hidden = panel.dataset.panel !== tab;
  }

  tabs() {
    return [...this.lists.querySelectorAll("[role=tab]")].map(({ dataset }) => dataset.tab);
  }

  mark() {
    const now = this.current();
    for (const row of this.lists.querySelectorAll(".row")) {
      if (now && chatOf(row) === now) row.setAttribute("aria-current", "true");
      else row.removeAttribute("aria-current");
    }
  }

  mine(chat) {
    return [...this.lists.querySelectorAll(chat ? `[data-mine="${CSS.escape(chat)}"]` : "[data-mine]")];
  }

  row(row) {
    const { mine: chat, head, unread } = row.dataset;
    if (!this.live.state(chat)) this.live.open(chat, { last: Number(head) });
    this.counts.set(chat, afterCount(this.counts.get(chat), Number(head), Number(unread)));
    if (this.reading(chat)) this.counts.get(chat).count = 0;
    const state = this.live.state(chat);
    for (const item of state.items) this.line(row, item);
    this.changed(state);
  }

  /** Anew for each row, since the server's rows forget what this page drew into them. */
  line(row, item) {
    if (item.seq <= Number(row.dataset.head)) return;
    row.dataset.head = item.seq;
    const wait = row.querySelector("[data-wait]");
    if (!wait || !spoken(item)) return;
    const since = afterLine(wait.dataset.since, item);
    const own = item.author_id === row.dataset.own;
    row.querySelector("[data-last]").textContent = shortly(item, this.texts, own);
    wait.dataset.since = since;
    wait.hidden = !since;
  }

  changed({ chat, typing }) {
    for (const row of this.mine(chat)) {
      const count = this.counts.get(chat)?.count ?? 0;
      row.querySelector("[data-unread-badge]").hidden = !count;
      row.querySelector("[data-n]").textContent = count;
      row.querySelector(".row__last").classList.toggle("new", count > 0);
      row.querySelector("[data-typing]").hidden = !typing;
      row.querySelector("[data-last]").hidden = Boolean(typing);
    }
  }

  hear(frame) {
    if (frame.type === "messages") this.heard(frame);
    if (frame.type === "chat.changed" && frame.agent && frame.agent !== this.me) {
      this.taken(frame.chat, phrase(this.texts.taken, { name: frame.agent_name ?? "" }));
    }
    if (["chat.changed", "invitation.changed", "settings.changed", "access.changed", "welcome"].includes(frame.type)) this.refresh();
  }

  heard({ chat, items }) {
    const [row] = this.mine(chat);
    const known = this.counts.get(chat);
    if (!row || !known) return;
    for (const item of items) {
      this.line(row, item);
      if (item.seq <= known.upto) continue;
      known.upto = item.seq;
      if (spoken(item) && item.author === "customer" && !this.reading(chat)) known.count += 1;
    }
    this.changed(this.live.state(chat));
    this.onSync?.();
  }

  read(chat) {
    const known = this.counts.get(chat);
    if (known) known.count = 0;
    const state = this.live.state(chat);
    if (state) this.changed(state);
    this.onSync?.();
  }

  greet() {
    for (const [kind, selector] of Object.entries(GREETED)) {
      const rows = [...this.lists.querySelectorAll(selector)];
      const known = this.known.get(kind);
      this.known.set(kind, new Set(rows.map(chatOf)));
      if (known) rows.filter((row) => !known.has(chatOf(row))).forEach((row) => this.onNew(kind, row));
    }
  }

  rowOf(chat) {
    const id = CSS.escape(chat);
    return this.lists.querySelector(`[data-mine="${id}"], :is([data-waiting="${id}"], [data-transferred="${id}"], [data-asked="${id}"]):not(.is-taken)`);
  }

  holds(kind, chat) {
    const row = this.rowOf(chat)?.dataset;
    if (kind === "message") return this.counts.get(chat)?.count > 0;
    if (kind === "chat") return Boolean(row?.waiting);
    if (kind === "transfer") return Boolean(row?.transferred);
    if (kind === "invitation") return Boolean(row?.asked);
    return Boolean(row) || !["cancelled", "target", "conversation"].includes(kind);
  }

  taken(chat, text) {
    for (const row of this.lists.querySelectorAll(`[data-waiting="${CSS.escape(chat)}"]`)) {
      if (row.classList.contains("is-taken")) continue;
      row.querySelector(".row__taken").textContent = text;
      row.classList.add("is-taken");
      this.onSync?.();
      setTimeout(() => {
        row.remove();
        this.refresh(0);
      }, FADE);
    }
  }

  rows() {
    const panel = this.lists.querySelector(`[data-panel="${this.tab}"] [data-rows]`);
    return [...panel.querySelectorAll(".row:not(.is-taken)")].map(chatOf);
  }

  step(chat, by) {
    const rows = this.rows();
    const at = rows.indexOf(chat);
    return at < 0 ? rows.at(by > 0 ? 0 : -1) : rows[at + by];
  }

  /** Where to go when this chat has left the list. */
  next(chat) {
    const rows = this.tab === "transferred" ? this.rows() : this.mine().map(chatOf);
    const at = rows.indexOf(chat);
    return rows[at + 1] ?? rows.filter((one) => one !== chat).at(-1);
  }

  nextUnread(chat) {
    const rows = this.mine().map(({ dataset }) => dataset.mine);
    const at = rows.indexOf(chat) + 1;
    return [...rows.slice(at), ...rows.slice(0, at)].find((one) => this.counts.get(one)?.count > 0);
  }

  oldest() {
    return this.lists.querySelector(`#list-${this.tab === "transferred" ? this.tab : "queue"} .row:not(.is-taken) [data-accept]`);
  }

  name(chat) {
    return this.mine(chat)[0]?.dataset.name ?? "";
  }

  unread() {
    return this.mine().reduce((sum, { dataset }) => sum + (this.counts.get(dataset.mine)?.count ?? 0), 0);
  }
}
