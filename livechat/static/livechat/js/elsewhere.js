/**
 * An agent on a page without chats: he is there, is told of what is new, and one click is back.
 *
 * The page's own scripts hear what comes over its one socket as "parley:frame" of the document, the
 * frame in `detail`; and ask for a notice with "parley:notice", the sentence in `detail`.
 */
import { createAvailability } from "./availability.js";
import { get, post } from "./fragment.js";
import { createInbox } from "./inbox.js";
import { createLive } from "./live.js";
import { createMe } from "./me.js";
import { createMenus } from "./menu.js";
import { createNotifier } from "./notifier.js";
import { createSpeech } from "./speech.js";
import { createTicking } from "./ticking.js";

const $ = (selector) => document.querySelector(selector);

class Elsewhere {
  constructor({ agent, zone, keys, lists, availability, chat, texts }) {
    Object.assign(this, { agent, texts, path: chat, name: "", pane: { chat: null }, app: $(".app") });
    this.texts = { ...texts, title: document.title };
    this.availability = createAvailability({ url: availability, onRefused: (...why) => this.refused(...why) });
    const name = (open) => this.inbox?.name(open) ?? "";
    this.speech = createSpeech({ texts, name, reads: () => false, wants: (kind) => this.notifier.wants(kind) });
    this.notifier = createNotifier({ agent, texts: this.texts, page: this });
    this.notice = (text) => this.notifier.notices.notice(text);
    this.live = createLive({
      url: "/ws/console/",
      me: "agent",
      scope: agent,
      onChange: (state, was) => this.changed(state, was),
      onFrame: (frame) => this.hear(frame),
      onStatus: (status) => this.turn(status),
    });
    createMe($("#me"), { keys, onSaved: () => this.notice(texts.saved), onRefused: (...why) => this.refused(...why) });
    this.tick = createTicking({ now: () => this.live.socket.now(), texts, zone, onCross: (...what) => this.notifier.crossed(...what) });
    createMenus();
    this.listen();
    this.lists(lists);
  }

  listen() {
    document.addEventListener("click", ({ target }) => this.do(target.closest("[data-do]")?.dataset.do));
    document.addEventListener("visibilitychange", () => this.notifier.seen());
    document.addEventListener("parley:notice", ({ detail }) => this.notice(detail));
  }

  /** The lists stand unseen in the page: who waits, and what is unread, is read from them. */
  async lists(url) {
    const root = $("[data-lists-pane]");
    const { ok, nodes } = await get(`${url}?list=mine`);
    if (!ok) return;
    root.replaceChildren(...nodes);
    const { live, agent: me, texts } = this;
    this.inbox = createInbox({
      root,
      url,
      live,
      me,
      texts,
      current: () => null,
      reading: () => false,
      onSync: () => this.synced(),
      onNew: (kind, row) => this.notifier.arrived(kind, row),
    });
    this.synced();
  }

  synced() {
    if (!this.inbox) return;
    this.notifier.draw();
    $("[data-pip]").hidden = !this.inbox.unread();
  }

  hear(frame) {
    for (const part of [this.inbox, this.notifier, this.availability]) part?.hear(frame);
    document.dispatchEvent(new CustomEvent("parley:frame", { detail: frame }));
  }

  changed(state, was) {
    if (!this.inbox) return;
    this.inbox.changed(state);
    if (was.last !== null) state.items.filter(({ seq }) => seq > was.last).forEach((item) => this.notifier.line(state.chat, item));
  }

  turn(status) {
    this.notifier.online(status === "online");
    this.app.dataset.status = status;
    const dot = $("[data-presence]");
    dot.className = `pres ${{ online: "ok", reconnecting: "away" }[status] ?? "off"}`;
    dot.firstElementChild.textContent = this.texts[status] ?? "";
    this.availability.turn(status);
    if (status === "signed-out") this.notice(this.texts["signed-out"]);
  }

  do(what) {
    if (what === "notifications") this.notifier.open();
  }

  // --- what the notifier asks of its page -------------------------------------------------------

  reads() {
    return false;
  }

  address(chat) {
    return this.path.replace("CHAT", chat);
  }

  go(chat) {
    location.assign(this.address(chat));
  }

  async accept(form) {
    if (!form) return;
    this.notifier.own(form.dataset.accept);
    const { ok, status, problem } = await post(form);
    if (ok) this.go(form.dataset.accept);
    else this.refused(status, problem);
  }

  refused(status, { detail }) {
    if (status === 401) location.reload();
    this.notice(detail ?? (status ? this.texts.broken : this.texts.unreachable));
  }
}

new Elsewhere(JSON.parse($("#parley-config").textContent));
