/**
 * What was written and is not acknowledged yet. Lives in this tab's sessionStorage.
 *
 * createOutbox({scope, put, onEvent, storage?, env?})
 *   scope           whose lines these are (an agent's or a customer's id): others' are thrown away
 *   put(frame)      sends `message.post`; false when there is no connection
 *   onEvent(frame)  failed or retry, as `conversation.js` takes them
 * gives
 *   add({chat, kind, body, epoch?}) → the entry, with its client_id; it is sent at once if it can be
 *   hear(frame)     every frame of the socket, and {type: "online" | "away"} of its status
 *   retry(client_id) · discard(client_id) · entries(chat?) · clear()
 *
 * One line of a chat is under way at a time, so that the sender's order is kept whatever is refused.
 */
import { shelf } from "./shelf.js";

const PREFIX = "parley.outbox.";
const OLD = 600_000; // ask before it is sent
const UNANSWERED = 10_000; // nobody acknowledged: the outcome is not known, so repeat
const TRIES = 6;
const PASSING = ["try_again", "rate_limited", "internal"];

export function createOutbox({ scope, put, onEvent = () => {}, storage = shelf("sessionStorage"), env = {} }) {
  const page = { now: Date.now, setTimeout: (...call) => setTimeout(...call), ...env };
  return new Outbox(PREFIX + scope, put, onEvent, storage, page);
}

export function makeClientId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

class Outbox {
  constructor(key, put, onEvent, storage, page) {
    Object.assign(this, { key, put, onEvent, storage, page, online: false });
    this.flying = new Map(); // client_id → when it was sent
    this.tries = new Map(); // client_id → refusals so far
    this.pauses = new Map(); // chat → not before
    this.forgetOthers();
    this.list = this.load();
  }

  entries(chat) {
    return this.list.filter((entry) => !chat || entry.chat === chat);
  }

  load() {
    try {
      const list = JSON.parse(this.storage.get(this.key));
      return list.filter(({ client_id, chat, body }) => [client_id, chat, body].every((text) => typeof text === "string"));
    } catch {
      return [];
    }
  }

  save() {
    if (this.list.length) this.storage.set(this.key, JSON.stringify(this.list));
    else this.storage.drop(this.key);
  }

  forgetOthers() {
    for (const key of this.storage.keys()) if (key.startsWith(PREFIX) && key !== this.key) this.storage.drop(key);
  }

  add({ chat, kind = "reply", body, epoch }) {
    const entry = { client_id: makeClientId(), chat, kind, body, epoch, at: this.page.now() };
    this.list.push(entry);
    this.save();
    this.flush();
    return entry;
  }

  hear(frame) {
    if (frame.type === "welcome" || frame.type === "online") return this.arrive();
    if (frame.type === "away") return this.leave();
    if (frame.type === "ack") return this.discard(frame.client_id);
    if (frame.type === "messages") return frame.items.forEach((item) => this.discard(item.client_id));
    if (frame.type === "refused" && frame.client_id) this.refuse(frame);
  }

  /** Connected: everything is repeated in order, with the ids it had. */
  arrive() {
    this.online = true;
    this.flying.clear();
    for (const entry of this.list) {
      if (!entry.failed && this.page.now() - entry.at > OLD) this.fail(entry, "old", false);
      else if (entry.failed) this.onEvent(this.failure(entry));
    }
    this.flush();
  }

  leave() {
    this.online = false;
    this.flying.clear();
  }

  flush() {
    if (!this.online) return;
    const seen = new Set();
    for (const entry of this.list) {
      if (entry.failed || seen.has(entry.chat)) continue;
      seen.add(entry.chat);
      if (!this.flying.has(entry.client_id)) this.send(entry);
    }
  }

  send(entry) {
    const wait = (this.pauses.get(entry.chat) ?? 0) - this.page.now();
    if (wait > 0) return this.page.setTimeout(() => this.flush(), wait);
    const { client_id, chat, kind, body, epoch } = entry;
    if (!this.put({ type: "message.post", client_id, chat, kind, body, epoch })) return;
    const sent = {};
    this.flying.set(client_id, sent);
    this.page.setTimeout(() => this.flying.get(client_id) === sent && this.again(client_id), UNANSWERED);
  }

  again(client_id) {
    this.flying.delete(client_id);
    this.flush();
  }

  refuse({ client_id, code, final, retry_after }) {
    const entry = this.find(client_id);
    if (!entry) return;
    this.flying.delete(client_id);
    const tries = (this.tries.get(client_id) ?? 0) + 1;
    this.tries.set(client_id, tries);
    if (final || !PASSING.includes(code)) this.fail(entry, code, true);
    else if (code !== "rate_limited" && tries >= TRIES) this.fail(entry, code, false);
    else this.pauses.set(entry.chat, this.page.now() + 1000 * (retry_after ?? Math.min(30, 2 ** tries / 2)));
    this.flush();
  }

  fail(entry, code, final) {
    entry.failed = { code, final };
    this.save();
    this.onEvent(this.failure(entry));
  }

  failure = ({ chat, client_id, failed }) => ({ type: "failed", chat, client_id, ...failed });

  find = (client_id) => this.list.find((entry) => entry.client_id === client_id);

  retry(client_id) {
    const entry = this.find(client_id);
    if (!entry?.failed || entry.failed.final) return;
    delete entry.failed;
    entry.at = this.page.now();
    this.tries.delete(client_id);
    this.save();
    this.onEvent({ type: "retry", chat: entry.chat, client_id });
    this.flush();
  }

  discard(client_id) {
    if (!this.find(client_id)) return;
    this.list = this.list.filter((entry) => entry.client_id !== client_id);
    this.flying.delete(client_id);
    this.tries.delete(client_id);
    this.save();
    this.flush();
  }

  clear() {
    this.list = [];
    this.flying.clear();
    this.save();
  }
}
