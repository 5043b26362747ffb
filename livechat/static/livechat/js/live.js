/**
 * Joins socket, outbox and conversations: the one thing a page talks to.
 *
 * createLive({url, me, scope, token?, onChange, onFrame?, onStatus?, storage?, env?})
 *   me        "customer" or "agent"
 *   scope     id of the person, for the outbox
 *   token()   the customer's token; agents have their cookie
 *   onChange(state, was, frame)   a chat that is open has changed: draw `view(state)`
 *   onFrame(frame)                everything heard, for lists and the like
 *   onStatus(status, was)         of the socket, see socket.js
 * gives
 *   open(chat, {last?, quiet?, frames?}) → state   frames: `messages`, `receipt`, `chat.changed` that
 *       the page came with; last: 0 for a chat known from its start; quiet: no receipts (a preview)
 *   close(chat) · state(chat) · apply(frame), to the conversations only
 *   send(chat, body, kind?) · retry(client_id) · discard(client_id) · outbox.entries(chat?)
 *   reading(chat or null)   whose lines are on the screen now
 *   typing(chat)            as often as you like
 *   more(chat)              asks for earlier lines; false when there are none
 *   socket.wake() · socket.now() · socket.status · stop()
 */
import { create, earlier, missing, reduce } from "./conversation.js";
import { createOutbox } from "./outbox.js";
import { connect } from "./socket.js";

const GAP = 300;
const AGAIN = 3000; // an answer to `history` that does not come
const RECEIPT = 1000;

export const createLive = (options) => new Live(options);

class Live {
  constructor({ env = globalThis, storage, token, url, scope, ...options }) {
    Object.assign(this, { onFrame() {}, onStatus() {} }, options);
    this.env = env;
    this.chats = new Map();
    this.shown = null;
    const put = (frame) => this.socket?.send(frame) ?? false;
    this.outbox = createOutbox({ scope, put, onEvent: (frame) => this.apply(frame), storage, env });
    this.socket = connect({
      url,
      hello: () => ({ token: token?.(), resume: this.applied() }),
      applied: () => this.applied(),
      onFrame: (frame) => this.hear(frame),
      onStatus: (status, was) => this.turn(status, was),
      env,
    });
    this.looked = () => this.receipts(this.shown);
    this.env.document.addEventListener("visibilitychange", this.looked);
  }

  state(chat) {
    return this.chats.get(chat)?.state;
  }

  open(chat, { last = null, quiet = false, frames = [] } = {}) {
    const state = create({ chat, me: this.me, last });
    this.chats.set(chat, { state, quiet, told: "0,0", toldAt: 0, typed: 0, asks: 0 });
    frames.forEach((frame) => this.apply(frame));
    for (const entry of this.outbox.entries(chat)) {
      this.own(entry);
      if (entry.failed) this.apply({ type: "failed", chat, client_id: entry.client_id, ...entry.failed });
    }
    this.settle(chat);
    return this.state(chat);
  }

  close(chat) {
    for (const timer of ["gap", "forget", "tell"]) this.env.clearTimeout(this.chats.get(chat)?.[timer]);
    this.chats.delete(chat);
  }

  own({ chat, client_id, kind, body, at }) {
    this.apply({ type: "own", chat, client_id, kind, body, at: new Date(at).toISOString() });
  }

  applied() {
    const known = [...this.chats].filter(([, { state }]) => state.last !== null);
    return Object.fromEntries(known.slice(-100).map(([chat, { state }]) => [chat, state.last]));
  }

  turn(status, was) {
    if (status !== "online") this.outbox.hear({ type: "away" });
    this.onStatus(status, was); // Before the lines go: a page may want to keep their text.
    if (status === "signed-out") this.outbox.clear();
  }

  hear(frame) {
    this.apply(frame);
    if (frame.type === "welcome") for (const line of this.chats.values()) line.told = "0,0"; // Told anew.
    this.outbox.hear(frame);
    this.onFrame(frame);
    for (const chat of this.chats.keys()) this.settle(chat);
  }

  apply(frame) {
    for (const [chat, line] of this.chats) {
      if ((frame.chat ?? chat) !== chat) continue;
      const was = line.state;
      line.state = reduce(was, frame);
      if (line.state !== was) this.onChange(line.state, was, frame);
    }
  }

  settle(chat) {
    const line = this.chats.get(chat);
    if (!line) return;
    this.repair(chat, line, GAP);
    this.forget(chat, line);
    this.receipts(chat);
  }

  /** Waits a moment: what is missing is mostly on its way. */
  repair(chat, line, wait) {
    if (missing(line.state)) {
      line.gap ??= this.env.setTimeout(() => this.ask(chat, line), wait);
      return;
    }
    this.env.clearTimeout(line.gap);
    line.gap = null;
    line.asks = 0;
  }

  ask(chat, line) {
    line.gap = null;
    const gap = missing(line.state);
    if (gap) this.socket.send({ type: "history", chat, ...gap, limit: this.socket.limits.history ?? 200 });
    line.asks += 1;
    this.repair(chat, line, AGAIN * Math.min(line.asks, 10));
  }

  forget(chat, line) {
    const { typing } = line.state;
    if (typing === line.typist) return;
    line.typist = typing;
    this.env.clearTimeout(line.forget);
    const over = () => this.apply({ type: "typing.over", chat });
    if (typing) line.forget = this.env.setTimeout(over, 1000 * (this.socket.limits.typing_forgotten ?? 6));
  }

  reading(chat) {
    this.shown = chat;
    this.receipts(chat);
  }

  receipts(chat) {
    const line = this.chats.get(chat);
    if (!line || line.quiet || line.tell || !line.state.last) return;
    if (this.receipt(chat, line).key === line.told) return;
    const wait = Math.max(0, line.toldAt + RECEIPT - this.env.Date.now());
    line.tell = this.env.setTimeout(() => this.tell(chat, line), wait);
  }

  tell(chat, line) {
    line.tell = null;
    line.toldAt = this.env.Date.now();
    const { key, frame } = this.receipt(chat, line);
    if (this.socket.send(frame)) line.told = key;
  }

  receipt(chat, line) {
    const { last } = line.state;
    if (this.shown === chat && this.env.document.visibilityState !== "hidden") line.read = last;
    const read = line.read ?? 0;
    return { key: `${last},${read}`, frame: { type: "receipt", chat, delivered: last, read } };
  }

  /** Agents speak under the epoch they hold. */
  epoch(chat) {
    return this.me === "agent" ? this.state(chat)?.epoch ?? undefined : undefined;
  }

  send(chat, body, kind) {
    const entry = this.outbox.add({ chat, kind, body, epoch: this.epoch(chat) });
    this.own(entry);
    return entry;
  }

  retry(client_id) {
    this.outbox.retry(client_id);
  }

  discard(client_id) {
    this.outbox.discard(client_id);
    this.apply({ type: "discard", client_id });
  }

  typing(chat) {
    const line = this.chats.get(chat);
    const now = this.env.Date.now();
    if (!line || now - line.typed < 1000 * (this.socket.limits.typing ?? 3)) return;
    if (this.socket.send({ type: "typing", chat, epoch: this.epoch(chat) })) line.typed = now;
  }

  more(chat) {
    const back = earlier(this.state(chat));
    return Boolean(back) && this.socket.send({ type: "history", chat, ...back, limit: 50 });
  }

  stop() {
    this.socket.close();
    for (const chat of this.chats.keys()) this.close(chat);
    this.env.document.removeEventListener("visibilitychange", this.looked);
  }
}
