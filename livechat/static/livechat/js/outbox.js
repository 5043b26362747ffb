/**
 * What was written and is not acknowledged yet. Lives in this tab's sessionStorage.
 *
 * createOutbox({scope, put, onEvent, storage?, env?})
 *   scope           whose lines these are (an agent's or a customer's id): others' are thrown away
 *   put(frame)      sends `message.post`; false when there is no connection
 *   onEvent(frame)  failed or retry, as `conversation.js` takes them
 * gives
 *   add({chat, kind, body, epoch?}) → the entry, with its client_id; it is sent at once if it can be
 *   hear(frame)     every frame of the socket, and {type: "away"} when it is lost
 *   retry(client_id) · discard(client_id) · entries(chat?) · clear()
 *
 * One line of a chat is under way at a time, so that the sender's order is kept whatever is refused.
 * `rate_limited` concerns the socket: no chat's lines go out until it is over, then one by one.
 */
import { shelf } from "../../parley/shelf.js";

const PREFIX = "parley.outbox.";
const OLD = 600_000; // ask before it is sent
const UNANSWERED = 10_000; // nobody acknowledged: the outcome is not known, so repeat
const TRIES = 6;
const LEAST_PAUSE = 250; // refused more often than that, a patient sender would look like a flood
const PASSING = ["try_again", "rate_limited", "internal"];

export const createOutbox = (options) => new Outbox(options);

export function makeClientId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

class Outbox {
  constructor({ scope, put, onEvent = () => {}, storage = shelf("sessionStorage"), env = globalThis }) {
    Object.assign(this, { key: PREFIX + scope, put, onEvent, storage, env, online: false, until: 0, narrow: false });
    for (const key of storage.keys()) if (key.startsWith(PREFIX) && key !== this.key) storage.drop(key);
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

  add({ chat, kind = "reply", body, epoch }) {
    const entry = { client_id: makeClientId(), chat, kind, body, epoch, at: this.env.Date.now() };
    this.list.push(entry);
    this.save();
    this.flush();
    return entry;
  }

  hear(frame) {
    if (frame.type === "welcome") this.arrive();
    if (frame.type === "away") this.online = false;
    if (frame.type === "ack") this.discard(frame.client_id);
    if (frame.type === "messages") for (const item of frame.items) this.discard(item.client_id);
    if (frame.type === "refused") this.refuse(frame);
  }

  /** Connected: everything is repeated in order, with the ids it had. */
  arrive() {
    Object.assign(this, { online: true, until: 0, narrow: false }); // The server counts anew.
    for (const entry of this.list) {
      entry.sent = null;
      if (entry.failed) this.onEvent(this.failure(entry));
      else if (this.env.Date.now() - entry.at > OLD) this.fail(entry, "old", false);
    }
    this.flush();
  }

  flush() {
    if (!this.online || this.env.Date.now() < this.until) return;
    const heads = this.heads();
    if (!heads.length) this.narrow = false;
    if (this.narrow && heads.some((entry) => entry.sent)) return;
    for (const entry of heads) if (!entry.sent && this.send(entry) && this.narrow) return;
  }

  /** Of each chat the first line that waits, in the order they were written. */
  heads() {
    const seen = new Set();
    return this.list.filter(({ chat, failed }) => !failed && !seen.has(chat) && seen.add(chat));
  }

  send(entry) {
    if (this.later(entry.wait ?? 0)) return false;
    const { client_id, chat, kind, body, epoch } = entry;
    if (!this.put({ type: "message.post", client_id, chat, kind, body, epoch })) return false;
    const sent = (entry.sent = {});
    this.env.setTimeout(() => entry.sent === sent && this.again(entry), UNANSWERED);
    return true;
  }

  later(time) {
    const wait = time - this.env.Date.now();
    if (wait > 0) this.env.setTimeout(() => this.flush(), wait);
    return wait > 0;
  }

  pause(seconds = 1) {
    this.narrow = true;
    this.until = Math.max(this.until, this.env.Date.now() + Math.max(LEAST_PAUSE, 1000 * seconds));
    this.later(this.until);
  }

  again(entry) {
    entry.sent = null;
    this.flush();
  }

  refuse({ client_id, code, final, retry_after }) {
    if (code === "rate_limited") this.pause(retry_after);
    const entry = this.find(client_id);
    if (!entry) return;
    if (final || !PASSING.includes(code)) this.fail(entry, code, true);
    else if (code !== "rate_limited") this.delay(entry, code, retry_after);
    this.again(entry);
  }

  delay(entry, code, seconds) {
    entry.tries = (entry.tries ?? 0) + 1;
    if (entry.tries >= TRIES) return this.fail(entry, code, false);
    entry.wait = this.env.Date.now() + 1000 * (seconds ?? Math.min(30, 2 ** entry.tries / 2));
  }

  fail(entry, code, final) {
    entry.failed = { code, final };
    this.save();
    this.onEvent(this.failure(entry));
  }

  failure({ chat, client_id, failed }) {
    return { type: "failed", chat, client_id, ...failed };
  }

  find(client_id) {
    return this.list.find((entry) => entry.client_id === client_id);
  }

  retry(client_id) {
    const entry = this.find(client_id);
    if (!entry?.failed || entry.failed.final) return;
    Object.assign(entry, { failed: null, tries: 0, wait: 0, at: this.env.Date.now() });
    this.save();
    this.onEvent({ type: "retry", chat: entry.chat, client_id });
    this.again(entry);
  }

  discard(client_id) {
    if (!this.find(client_id)) return;
    this.list = this.list.filter((entry) => entry.client_id !== client_id);
    this.save();
    this.flush();
  }

  clear() {
    this.list = [];
    this.save();
  }
}
