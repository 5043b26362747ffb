/**
 * The work area: one chat's conversation and details, or nothing. What was looked at is kept, so
 * that coming back is at once and loses nothing; the server's part is fetched again behind it.
 *
 * createPane({work, connection, nothing, live, drafts, zone, texts, address(chat), counted(chat),
 *   onShow(chat, name), onTurn() when what is shown was a preview or is over now, onLost(chat, status),
 *   onSend(), onCopy(text), onSay(text), onPut() when the server's part was put in})
 * gives
 *   chat, mode, conv, composer      of what is shown; mode: preview, mine, left, over, gone; of an
 *                                   invitee: invited, participant, monitor
 *   open(chat) → shown?             from what was kept, or fetched
 *   bring(nodes)                    shows the part that an answer brought
 *   refresh() · clear() · forget(chat) · gone(text) · recall(unsent) · draw(state) · focus()
 */
import { createComposer, showUnsent } from "./composer.js";
import { view } from "./conversation.js";
import { createUploads, show } from "./files.js";
import { framesIn, get, morph } from "./fragment.js";
import { makeClientId } from "./outbox.js";
import { phrase } from "./phrase.js";
import { createPicker } from "./picker.js";
import { unheard } from "./rows.js";
import { mark, share } from "./sharing.js";
import { createTranscript } from "./transcript.js";

const KEPT = 20;
const NEAR_TOP = 240;
const QUIET = ["preview", "over", "gone", "invited"];

export const createPane = (options) => new Pane(options);

class Pane {
  constructor(options) {
    Object.assign(this, { kept: new Map(), asked: 0, shown: null }, options);
    const [conv, aside] = this.work.children;
    if (conv?.dataset.chat) this.adopt([conv, aside]);
    else this.join();
  }

  get conv() {
    return this.work.querySelector(".conv");
  }

  get chat() {
    return this.shown?.chat ?? null;
  }

  get mode() {
    return this.shown ? this.conv.dataset.mode : null;
  }

  get composer() {
    return this.shown?.composer ?? null;
  }

  async open(chat) {
    if (chat === this.chat) return true;
    const ask = (this.asked += 1);
    const kept = this.kept.get(chat);
    if (kept) {
      this.show(kept);
      this.refresh();
      return true;
    }
    this.work.setAttribute("aria-busy", "true");
    const { ok, status, nodes } = await get(this.address(chat));
    if (ask !== this.asked) return false; // Another one was opened meanwhile.
    this.work.removeAttribute("aria-busy");
    if (ok) this.put(nodes);
    else this.onLost(chat, status);
    return ok;
  }

  /** The server's newest part of what is shown, morphed in. */
  async refresh() {
    const { shown } = this;
    if (!shown) return;
    const { ok, status, nodes } = await get(this.address(shown.chat));
    if (this.shown !== shown) return;
    if (ok) this.put(nodes);
    else if (status === 404) this.onLost(shown.chat, status);
  }

  /** A part that an answer brought: whatever else was being opened gives way. */
  bring(nodes) {
    this.asked += 1;
    this.put(nodes);
  }

  put(nodes) {
    const chat = nodes[0].dataset.chat;
    const kept = this.kept.get(chat);
    if (!kept) return this.adopt(nodes);
    if (this.chat !== chat) this.show(kept);
    const frames = framesIn(nodes[0]);
    kept.nodes.forEach((old, n) => morph(old, nodes[n]));
    this.feed(kept, frames);
  }

  adopt(nodes) {
    const shown = { chat: nodes[0].dataset.chat, nodes, read: Number(nodes[0].dataset.read), top: 0 };
    const frames = framesIn(nodes[0]);
    this.kept.set(shown.chat, shown);
    for (const old of [...this.kept.keys()].slice(0, -KEPT)) this.forget(old);
    this.show(shown, frames);
  }

  show(next, frames = []) {
    this.leave();
    this.shown = next;
    this.kept.delete(next.chat);
    this.kept.set(next.chat, next); // The latest comes last.
    if (next.nodes[0].parentNode !== this.work) this.work.replaceChildren(...next.nodes);
    this.work.classList.remove("single");
    this.join();
    next.unread = this.counted(next.chat) ? next.read : null;
    if (!next.transcript) this.transcribe(next);
    this.feed(next, frames);
    this.conv.querySelector(".stream").scrollTop = next.top;
    this.onShow(next.chat, this.conv.dataset.name);
  }

  leave() {
    const { shown } = this;
    if (!shown) return;
    const last = this.live.state(shown.chat)?.last ?? 0;
    if (!QUIET.includes(this.mode)) shown.read = Math.max(shown.read, last);
    shown.top = this.conv.querySelector(".stream").scrollTop;
    this.shown = null;
  }

  /** The connection's banner belongs to the page, and stands where it can be seen. */
  join() {
    this.conv.querySelector("[data-banners]").prepend(this.connection);
  }

  transcribe(shown) {
    const stream = this.conv.querySelector(".stream");
    shown.transcript = createTranscript(stream, {
      zone: this.zone,
      person: this.conv.dataset.person,
      nobody: this.conv.dataset.name,
      onFile: (node, data) => show(node, data, { address: (id) => `/files/${id}/` }),
      onAct: (act, clientId, item) => this.act(act, clientId, item),
    });
    stream.addEventListener("scroll", () => this.scrolled(stream), { passive: true });
  }

  feed(shown, frames) {
    const quiet = QUIET.includes(this.mode);
    const turned = shown.quiet !== undefined && shown.quiet !== quiet;
    if (!this.live.state(shown.chat) || (shown.quiet ?? quiet) !== quiet) {
      this.live.close(shown.chat);
      this.live.open(shown.chat, { quiet, frames });
    } else {
      frames.forEach((frame) => this.live.apply(frame));
    }
    shown.quiet = quiet;
    this.compose(shown);
    this.draw(this.live.state(shown.chat));
    if (turned) this.onTurn();
    this.onPut();
  }

  compose(shown) {
    const form = this.conv.querySelector("[data-composer]");
    showUnsent(this.conv, this.drafts.get(shown.chat));
    if (form && shown.composer?.form === form) return shown.composer.sync();
    shown.uploads?.close();
    shown.composer = shown.uploads = null;
    if (!form) return;
    createPicker(form, { texts: this.texts, wants: () => shown.composer.draft.kind === "reply", onPick: (article) => share(this, article) });
    shown.composer = createComposer(form, {
      chat: shown.chat,
      drafts: this.drafts,
      texts: this.texts,
      onTyping: () => this.live.typing(shown.chat),
      onSend: (kind, body) => this.send(shown, kind, body),
    });
    shown.uploads = this.upload(shown, form);
  }

  upload(shown, form) {
    const { chat } = shown;
    return createUploads({
      form,
      zone: this.conv,
      url: () => form.querySelector("[data-attach]").dataset.attach,
      fields: () => ({ epoch: this.live.epoch(chat) }),
      headers: () => ({ "X-CSRFToken": document.querySelector("[name=csrfmiddlewaretoken]").value }),
      texts: this.texts.files,
      makeId: makeClientId,
      phrase,
      say: (text) => this.onSay(text),
    });
  }

  send(shown, kind, body) {
    if (kind === "reply") shown.unread = null;
    this.conv.querySelector(".stream").scrollTop = 0;
    this.live.send(shown.chat, body, kind);
    this.draw(this.live.state(shown.chat));
    this.onSend(shown.chat);
  }

  draw(state) {
    if (!state || state.chat !== this.chat) return;
    const typing = QUIET.includes(this.mode) && !["preview", "invited"].includes(this.mode) ? null : state.typing;
    const rows = view(state);
    this.shown.transcript.draw(rows, { self: this.conv.dataset.own, typing, unread: this.shown.unread });
    mark(this.conv, rows);
    const idle = this.conv.querySelector("[data-idle]");
    if (idle) idle.hidden = !unheard(state.items);
    if (state.first && this.short()) this.more();
  }

  short() {
    const { clientHeight, scrollHeight } = this.conv.querySelector(".stream");
    return clientHeight > 0 && scrollHeight <= clientHeight + NEAR_TOP;
  }

  scrolled({ scrollTop, scrollHeight, clientHeight }) {
    if (scrollHeight - clientHeight + scrollTop < NEAR_TOP) this.more();
  }

  /** One page of earlier lines at a time. */
  more() {
    const { chat, shown } = this;
    const first = this.live.state(chat)?.first;
    if (!first || shown.asking === first) return;
    if (this.live.more(chat)) shown.asking = first;
  }

  /** The connection is new: what was asked before is not answered any more. */
  again() {
    for (const shown of this.kept.values()) shown.asking = null;
  }

  act(act, clientId, item) {
    if (act === "retry") this.live.retry(clientId);
    if (act === "discard") this.live.discard(clientId);
    if (act === "copy") this.onCopy(item.body);
    if (act === "discard") this.focus();
  }

  /** What could not be sent any more is a draft again. */
  recall({ chat, client_id, kind, body }) {
    const draft = this.drafts.get(chat);
    const text = [body, draft[kind]].filter(Boolean).join("\n");
    this.drafts.set(chat, { kind, ...draft, [kind]: text });
    this.live.apply({ type: "discard", chat, client_id });
    this.kept.get(chat)?.composer?.reload();
  }

  /** A preview that is one no longer. */
  gone(text) {
    const { conv } = this;
    const footer = conv.querySelector("[data-gone]")?.content.cloneNode(true).firstElementChild;
    if (!footer) return;
    footer.querySelector("[data-why]").textContent = text;
    const { activeElement: focused } = document;
    const moves = focused === document.body || conv.querySelector(".composer").contains(focused);
    conv.dataset.mode = "gone";
    conv.querySelector(".composer").replaceWith(footer);
    this.live.close(this.chat);
    if (moves) this.focus(); // What had it has gone.
  }

  /** What is open, when the agent leaves the page for the list or has nothing left. */
  clear() {
    this.asked += 1;
    this.leave();
    this.work.removeAttribute("aria-busy");
    this.work.replaceChildren(this.nothing.content.cloneNode(true));
    this.work.classList.add("single");
    this.join();
    this.onShow(null, "");
  }

  forget(chat) {
    if (chat !== this.chat) this.kept.delete(chat);
  }

  focus() {
    const { conv, composer } = this;
    if (composer) composer.focus();
    else (conv.querySelector(".composer [data-focus]") ?? conv).focus();
  }
}
