/** The agents' console: one page, one socket; lists, the open chat, the keyboard. */
import { createAccepting } from "./accepting.js";
import { ACTIONS, createActions } from "./actions.js";
import { createAvailability } from "./availability.js";
import { createBanner } from "./banner.js";
import { createDrafts } from "./composer.js";
import { stale } from "./conversation.js";
import { createDetails } from "./details.js";
import { phrase } from "./phrase.js";
import { createInbox } from "./inbox.js";
import { listen } from "./keys.js";
import { createLive } from "./live.js";
import { createMe } from "./me.js";
import { createMenus } from "./menu.js";
import { createNotifier } from "./notifier.js";
import { createPane } from "./pane.js";
import { createSpeech } from "./speech.js";
import { createTicketing, TICKETS } from "./ticketing.js";
import { createTicking } from "./ticking.js";

const $ = (selector, root = document) => root.querySelector(selector);
const PHONE = matchMedia("(max-width: 760px)");
const NARROW = matchMedia("(max-width: 1100px)");

class Console {
  constructor({ agent, zone, keys, lists, availability, inbox, chat, texts }) {
    Object.assign(this, { agent, texts, home: inbox, path: chat, app: $(".app") });
    this.availability = createAvailability({ url: availability, texts, onRefused: (...why) => this.refused(...why) });
    const name = (open) => (open === this.pane.chat ? this.pane.conv.dataset.name : this.inbox.name(open));
    this.speech = createSpeech({ texts, name, reads: (open) => this.reads(open), wants: (kind) => this.notifier.wants(kind) });
    this.banner = createBanner($("[data-connection]"), { say: this.speech.say });
    this.notifier = createNotifier({ agent, texts, page: this });
    this.live = createLive({
      url: "/ws/console/",
      me: "agent",
      scope: agent,
      onChange: (state, was) => this.changed(state, was),
      onFrame: (frame) => this.hear(frame),
      onStatus: (status) => this.turn(status),
    });
    this.drafts = createDrafts(agent);
    this.notice = (text) => this.notifier.notices.notice(text);
    this.me = createMe($("#me"), { keys, onSaved: () => this.notice(texts.saved), onRefused: (...why) => this.refused(...why) });
    this.lists(lists);
    this.area(zone);
    this.tick = createTicking({ now: () => this.live.socket.now(), texts, zone, onCross: (...what) => this.notifier.crossed(...what) });
    this.inbox.sync();
    this.look();
    this.listen();
    listen({ single: () => this.me.keys, act: (...how) => this.act(...how) });
    if (this.pane.chat && document.activeElement === document.body && !PHONE.matches) this.pane.focus();
  }

  lists(url) {
    const { live, agent, texts } = this;
    this.inbox = createInbox({
      root: $("[data-lists-pane]"),
      url,
      live,
      me: agent,
      texts,
      current: () => this.pane?.chat ?? null,
      reading: (chat) => this.reads(chat),
      onSync: () => this.synced(),
      onNew: (kind, row) => this.notifier.arrived(kind, row),
    });
  }

  area(zone) {
    this.pane = createPane({
      work: $(".work"),
      connection: $("[data-connection]"),
      nothing: $("[data-nothing]"),
      live: this.live,
      drafts: this.drafts,
      zone,
      texts: this.texts,
      address: (chat) => this.address(chat),
      counted: (chat) => this.inbox.counts.get(chat)?.count > 0,
      onShow: (chat, name) => this.shown(chat, name),
      onTurn: () => this.look(),
      onLost: (chat, status) => this.lost(chat, status),
      onSend: () => this.tick(),
      onCopy: (text) => this.copy(text),
      onSay: (text) => this.speech.say(text),
      onPut: () => [this.details, this.tickets].forEach((part) => part?.sync()),
    });
    this.name = this.pane.chat ? this.pane.conv.dataset.name : "";
    this.actions = createActions({
      agent: this.agent,
      pane: this.pane,
      texts: this.texts,
      address: (chat) => this.address(chat),
      onGone: (...what) => this.done(...what),
      onRefused: (...why) => this.refused(...why),
      onTold: (text) => this.notice(text),
    });
    this.beside();
  }

  /** What stands beside the conversation, and what is made of it. */
  beside() {
    const { pane, inbox, notifier } = this;
    const onRefused = (...why) => this.refused(...why);
    const onAccepted = (...taken) => this.accepted(...taken);
    const onShown = () => this.app.dataset.pane === "chat" && NARROW.matches && this.turnTo("details");
    const accepting = createAccepting({ pane, inbox, notifier, onAccepted, onRefused });
    this.accept = (form) => accepting.accept(form);
    this.details = createDetails({ pane, onShown, onRefused });
    this.tickets = createTicketing({ pane, onMade: (toast) => notifier.notices.hang(toast), onBlank: (url) => location.assign(url), onRefused });
  }

  address(chat) {
    return this.path.replace("CHAT", chat);
  }

  listen() {
    document.addEventListener("click", (event) => this.click(event));
    document.addEventListener("submit", (event) => this.submit(event));
    document.addEventListener("keydown", (event) => this.arrows(event));
    document.addEventListener("visibilitychange", () => this.look());
    window.ondragover = window.ondrop = ({ dataTransfer }) => !dataTransfer.types.includes("Files"); // Else they open in place of the page.
    addEventListener("popstate", () => this.restore());
    PHONE.addEventListener("change", () => this.look());
    createMenus();
  }

  // --- what comes in ---------------------------------------------------------------------------

  hear(frame) {
    if (frame.type === "welcome") this.pane.again();
    if (["welcome", "access.changed", "settings.changed"].includes(frame.type) && this.welcomed) this.pane.refresh();
    this.welcomed = true;
    for (const part of [this.inbox, this.notifier, this.actions, this.availability, this.tickets, this.details]) part.hear(frame);
    if (frame.type === "messages") this.tick();
    if (frame.type === "chat.changed" && frame.chat === this.pane.chat) this.stepped(frame);
    const state = this.pane.chat && this.live.state(this.pane.chat);
    if (state && stale(state) && !this.actions.holds(state.chat)) this.pane.refresh();
  }

  /** The open chat took a step. */
  stepped({ chat, agent, agent_name: name, status, version }) {
    const { mode, conv } = this.pane;
    if (version <= Number(conv.dataset.version) || mode === "gone" || this.actions.holds(chat)) return;
    if (mode === "preview" && agent && agent !== this.agent) this.pane.gone(phrase(this.texts.taken, { name }));
    else if (mode === "preview" && status === "cancelled") this.pane.gone(this.texts.cancelled);
    else this.pane.refresh();
  }

  changed(state, was) {
    if (!this.pane) return;
    this.pane.draw(state);
    this.inbox.changed(state);
    if (was.last !== null) state.items.filter(({ seq }) => seq > was.last).forEach((item) => this.notifier.line(state.chat, item));
    const failed = (own, n) => own.state === "failed" && was.pending[n]?.state === "sending";
    if (state.pending.some(failed)) this.speech.say(this.texts.failed, true);
  }

  turn(status) {
    this.notifier.online(status === "online");
    this.app.dataset.status = status;
    const dot = $("[data-presence]");
    dot.className = `pres ${{ online: "ok", reconnecting: "away" }[status] ?? "off"}`;
    dot.firstElementChild.textContent = this.texts[status] ?? "";
    this.banner(status);
    this.availability.turn(status);
    $("[data-signed-out]").hidden = status !== "signed-out";
    if (status !== "signed-out") return;
    this.speech.say(this.texts["signed-out"], true);
    this.live.outbox.entries().forEach((unsent) => this.pane.recall(unsent));
  }

  // --- what is on the screen -------------------------------------------------------------------

  /** Whether the agent sees the lines of this chat now. */
  reads(chat) {
    const phoned = PHONE.matches && this.app.dataset.pane !== "chat";
    return chat === this.pane?.chat && !document.hidden && !phoned;
  }

  look() {
    this.notifier.seen();
    const { chat, mode } = this.pane;
    const seen = chat && this.reads(chat) && ["mine", "left", "participant", "monitor"].includes(mode);
    this.live.reading(seen ? chat : null);
    if (seen) this.inbox.read(chat);
    if (chat && this.reads(chat)) this.notifier.opened(chat);
  }

  shown(chat, name) {
    this.name = name;
    this.app.dataset.pane = chat ? "chat" : "list";
    if (!this.pane) return;
    this.inbox.mark();
    this.look();
    this.notifier.draw();
    this.tick();
  }

  /** The server's rows tick on at once. */
  synced() {
    this.notifier.draw();
    this.tick?.();
  }

  /** Which part a narrow screen shows. */
  turnTo(part) {
    this.app.dataset.pane = part;
    $("[data-do=details]")?.setAttribute("aria-expanded", part === "details");
    if (part === "details") $(".aside").focus();
    if (part === "chat") (PHONE.matches ? this.pane.conv : $("[data-do=details]")).focus();
    this.look();
  }

  // --- where to go -----------------------------------------------------------------------------

  async go(chat, { push = true, reads = false } = {}) {
    if (!(await this.pane.open(chat))) return false;
    if (push) this.push(this.address(chat));
    this.app.dataset.pane = "chat";
    this.look();
    this.settle(reads);
    return true;
  }

  /** A phone's keyboard would cover what was opened; the next single key would be typed into a field. */
  settle(reads = false) {
    if (PHONE.matches || reads) this.pane.conv.focus();
    else this.pane.focus();
  }

  push(path) {
    const next = path + (this.inbox.tab === "mine" ? "" : `?list=${this.inbox.tab}`);
    if (next !== location.pathname + location.search) history.pushState(null, "", next);
  }

  async restore() {
    this.inbox.show(new URLSearchParams(location.search).get("list"));
    const [before, after] = this.path.split("CHAT");
    const { pathname } = location;
    const chat = pathname.startsWith(before) && pathname.slice(before.length, -after.length);
    if (chat) await this.go(chat, { push: false });
    else this.pane.clear();
  }

  list(stays = true) {
    const { chat } = this.pane;
    this.push(this.home);
    this.pane.clear();
    ((stays && chat && this.inbox.mine(chat)[0]) || $("[data-lists-pane]")).focus();
  }

  tab(tab) {
    this.inbox.show(tab);
    this.push(location.pathname);
  }

  /** Out of a chat that is over: the next one, or the list's heading. */
  async leave(chat) {
    const next = this.inbox.next(chat);
    const shown = next && (await this.go(next));
    if (!shown) this.list(false);
    this.pane.forget(chat);
    this.inbox.refresh(0);
  }

  lost(chat, status) {
    const here = chat === this.pane.chat;
    if (status === 404 && here && this.pane.mode === "preview") this.pane.gone(this.texts.gone);
    else if (status === 404) this.notice(this.texts.gone);
    else this.refused(status, {});
    if (status === 404 && here && this.pane.mode !== "gone") this.leave(chat);
    this.inbox.refresh(0);
  }

  // --- what the agent does ---------------------------------------------------------------------

  click(event) {
    const { target, button, ctrlKey, metaKey, shiftKey, altKey } = event;
    if (button || ctrlKey || metaKey || shiftKey || altKey) return;
    const open = target.closest("[data-open]");
    const tab = target.closest("a[data-tab]");
    const what = target.closest("[data-do]");
    if (open || tab) event.preventDefault();
    if (open) this.go(open.dataset.open);
    else if (tab) this.tab(tab.dataset.tab);
    else if (what) this.do(what.dataset.do, what);
  }

  do(what, element) {
    if (ACTIONS.includes(what)) this.actions.ask(what);
    if (what in TICKETS) TICKETS[what](this, element);
    if (what === "return") element.closest("dialog").close();
    if (what === "keys") this.keys();
    if (what === "notifications") this.notifier.open();
    if (what === "wake") this.live.socket.wake();
    if (what === "reload") location.reload();
    if (what === "list") this.list();
    if (what === "details") this.turnTo(this.app.dataset.pane === "details" ? "chat" : "details");
    if (what === "chat") this.turnTo("chat");
    if (what === "remove") this.leave(this.pane.chat);
    if (what === "copy") this.copy(element.dataset.text);
    if (what === "dismiss") element.closest(".toast").remove();
  }

  act(name, bare) {
    const { pane, inbox } = this;
    if (name === "next" || name === "previous") return this.goTo(inbox.step(pane.chat, name === "next" ? 1 : -1), bare);
    if (name === "unread") return this.goTo(inbox.nextUnread(pane.chat), bare);
    if (["queue", "transferred", "mine"].includes(name)) return this.tab(name);
    if (name === "ticket") return this.tickets.menu();
    if (name === "tabBefore" || name === "tabAfter") return this.details.step(name === "tabBefore" ? -1 : 1);
    if (name === "accept") return this.accept(pane.mode === "preview" ? $("[data-accept]", pane.conv) : inbox.oldest());
    if (name === "reply" || name === "note") return this.write(name);
    if (ACTIONS.includes(name)) return this.actions.ask(name);
    if (name === "keys") return this.keys();
    if (name === "escape") return this.escape();
    return this.cycle(name === "pane" ? 1 : -1);
  }

  goTo(chat, reads) {
    return chat ? void this.go(chat, { reads }) : false;
  }

  write(kind) {
    const { composer } = this.pane;
    if (!composer?.kinds.some((tab) => tab.dataset.kind === kind)) return false;
    composer.choose(kind);
    composer.focus();
    return true;
  }

  escape() {
    if (this.notifier.notices.close()) return true;
    if (this.app.dataset.pane === "details") return this.turnTo("chat");
    if (!this.pane.chat) return false;
    return this.pane.focus();
  }

  keys() {
    $("#me").hidePopover();
    const dialog = $("[data-keys-dialog]");
    $("[data-keys-off]").hidden = this.me.keys;
    if (!dialog.open) dialog.showModal();
  }

  /** F6: list, conversation, details. */
  cycle(by) {
    const panes = [$("[data-lists-pane]"), this.pane.conv, $(".aside"), $("[data-toasts]:has(.toast)")].filter((pane) => pane?.checkVisibility({ visibilityProperty: true }));
    const at = panes.findIndex((pane) => pane.contains(document.activeElement));
    panes.at((Math.max(at, by > 0 ? -1 : 0) + by) % panes.length).focus();
  }

  /** One tab stop, arrows within. */
  arrows(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step || event.altKey || !event.target.matches("a[data-tab][role=tab]")) return;
    event.preventDefault();
    const tabs = this.inbox.tabs();
    this.tab(tabs.at((tabs.indexOf(this.inbox.tab) + step) % tabs.length));
    $(`#tab-${this.inbox.tab}`).focus();
  }

  submit(event) {
    const { target: form } = event;
    if (form.matches("[data-sign-out]")) return [this.drafts, this.actions.handed].forEach((each) => each.clear());
    if (!["accept", "step", "together", "ticketOf"].some((name) => name in form.dataset)) return;
    event.preventDefault();
    if (form.dataset.accept) this.accept(form);
    else if (form.dataset.ticketOf) this.tickets.submit(form);
    else this.actions.submit(form, event.submitter);
  }

  accepted(chat, nodes) {
    this.inbox.counts.set(chat, { count: 0, upto: 0 });
    this.pane.bring(nodes);
    this.inbox.show("mine");
    this.push(this.address(chat));
    this.settle();
    this.inbox.refresh(0);
  }

  /** He has it no longer; what he was writing waits for him where the chat may come back. */
  async done(chat, over) {
    if (over) this.drafts.set(chat, {});
    if (chat === this.pane.chat) await this.leave(chat);
  }

  refused(status, { detail }) {
    if (status === 401) location.reload();
    this.notice(detail ?? (status ? this.texts.broken : this.texts.unreachable));
  }

  async copy(text) {
    const copied = await navigator.clipboard?.writeText(text).then(() => true, () => false); // Without https there is none.
    this.notice(copied ? this.texts.copied : this.texts.uncopied);
  }
}

new Console(JSON.parse($("#parley-config").textContent));
