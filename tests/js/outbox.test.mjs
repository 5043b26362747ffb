import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { createOutbox, makeClientId } from "../../livechat/static/livechat/js/outbox.js";
import { Shelf } from "../../config/static/parley/shelf.js";
import { Clock, FakeStorage } from "./browser.mjs";

let clock;
let storage;
let sent;
let events;
let connected;
let outbox;

const make = (scope = "ada") => {
  const put = (frame) => connected && sent.push(frame) > 0;
  return createOutbox({ scope, put, onEvent: (event) => events.push(event), storage: new Shelf(() => storage), env: { Date: clock, setTimeout: clock.setTimeout } });
};

beforeEach(() => {
  clock = new Clock();
  storage = new FakeStorage();
  sent = [];
  events = [];
  connected = true;
  outbox = make();
  outbox.hear({ type: "welcome" });
});

const write = (body, chat = "chat") => outbox.add({ chat, body }).client_id;
const bodies = () => sent.map(({ body }) => body);
const ack = (client_id) => outbox.hear({ type: "ack", client_id, chat: "chat", seq: 1 });
const refuse = (client_id, code, more) => outbox.hear({ type: "refused", client_id, code, detail: "", final: false, ...more });
const reload = () => {
  outbox = make();
  outbox.hear({ type: "welcome" });
};

test("a line is sent at once and goes when it is acknowledged", () => {
  const id = write("Hello");
  assert.equal(outbox.entries().length, 1);
  ack(id);

  assert.deepEqual([bodies(), outbox.entries(), storage.length], [["Hello"], [], 0]);
});

test("the next line of a chat waits for the one before it, other chats do not", () => {
  const first = write("one");
  write("two");
  write("elsewhere", "other");
  assert.deepEqual(bodies(), ["one", "elsewhere"]);
  ack(first);

  assert.deepEqual(bodies(), ["one", "elsewhere", "two"]);
});

test("after every reconnect what is unsent is repeated with the same id", () => {
  const id = write("Hello");
  outbox.hear({ type: "away" });
  outbox.hear({ type: "welcome" });

  assert.deepEqual(sent.map((frame) => frame.client_id), [id, id]);
});

test("it survives a reload with the epoch it was written under", () => {
  connected = false;
  outbox.add({ chat: "chat", kind: "note", body: "Hello", epoch: 4 });
  connected = true;
  reload();

  assert.deepEqual(sent.map(({ kind, body, epoch }) => [kind, body, epoch]), [["note", "Hello", 4]]);
});

test("without storage the lines live as long as the page", () => {
  storage = { length: 0, getItem() { throw new Error("denied"); }, setItem() { throw new Error("denied"); } };
  outbox = make();
  outbox.hear({ type: "welcome" });
  write("Hello");

  assert.deepEqual(bodies(), ["Hello"]);
});

test("what another person left in this tab is thrown away", () => {
  write("Hello");
  make("grace");

  assert.deepEqual(make("ada").entries(), []);
});

test("storage that somebody broke is no reason to fail", () => {
  for (const text of ["{", "null", '[{"client_id":1}]', "7", '{"a":1}']) {
    storage.setItem("parley.outbox.ada", text);
    assert.deepEqual(make().entries(), [], text);
  }
});

test("older than ten minutes it asks first, and is sent when told to", () => {
  connected = false;
  const id = write("Hello");
  outbox.hear({ type: "away" });
  connected = true;
  clock.pass(600_001);
  outbox.hear({ type: "welcome" });
  assert.deepEqual([bodies(), events.at(-1)], [[], { type: "failed", chat: "chat", client_id: id, code: "old", final: false }]);
  outbox.retry(id);

  assert.deepEqual([bodies(), events.at(-1).type], [["Hello"], "retry"]);
});

test("an old line that was stored after all goes when it is shown", () => {
  const id = write("Hello");
  outbox.hear({ type: "messages", items: [{ client_id: id }] });

  assert.deepEqual(outbox.entries(), []);
});

test("rate_limited waits as long as it is told", () => {
  refuse(write("Hello"), "rate_limited", { retry_after: 3 });
  clock.pass(2900);
  assert.equal(sent.length, 1);
  clock.pass(100);

  assert.equal(sent.length, 2);
});

test("a line behind one that has to wait waits too", () => {
  refuse(write("one"), "rate_limited", { retry_after: 3 });
  write("two");
  clock.pass(2900);

  assert.deepEqual(bodies(), ["one"]);
});

test("rate_limited holds every chat back, for the server counts the socket's lines", () => {
  refuse(write("one"), "rate_limited", { retry_after: 3 });
  write("elsewhere", "other");
  clock.pass(2900);
  assert.deepEqual(bodies(), ["one"]);
  clock.pass(100);

  assert.deepEqual(bodies(), ["one", "one"]);
});

test("after rate_limited the lines of all chats go one by one, as they were written", () => {
  const [one, two] = [write("one"), write("two", "other")];
  write("three");
  for (const id of [one, two]) refuse(id, "rate_limited", { retry_after: 1 });
  sent = [];
  clock.pass(1000);
  assert.deepEqual(bodies(), ["one"]);
  ack(one);
  assert.deepEqual(bodies(), ["one", "two"]);
  ack(two);

  assert.deepEqual(bodies(), ["one", "two", "three"]);
});

test("when all that was held back is gone, chats do not wait for each other any more", () => {
  const id = write("one");
  refuse(id, "rate_limited", { retry_after: 1 });
  clock.pass(1000);
  ack(id);
  write("two");
  write("elsewhere", "other");

  assert.deepEqual(bodies(), ["one", "one", "two", "elsewhere"]);
});

test("a frame that was refused before it was read holds the lines back too", () => {
  refuse(undefined, "rate_limited", { retry_after: 2 });
  write("Hello");
  clock.pass(1900);
  assert.deepEqual(bodies(), []);
  clock.pass(100);

  assert.deepEqual(bodies(), ["Hello"]);
});

test("a new connection is counted anew", () => {
  refuse(write("Hello"), "rate_limited", { retry_after: 30 });
  outbox.hear({ type: "away" });
  outbox.hear({ type: "welcome" });

  assert.deepEqual(bodies(), ["Hello", "Hello"]);
});

test("ten lines a second through five chats are no flood", () => {
  const chats = Array.from({ length: 5 }, (_, n) => `chat ${n}`);
  for (let n = 0; n < 200; n += 1) write(`${n}`, chats[n % 5]);
  let tokens = 0;
  const refused = [];
  for (let ms = 0; ms < 30_000; ms += 10) {
    tokens += 0.1;
    for (const { client_id } of sent.splice(0)) {
      if (tokens >= 1) {
        tokens -= 1;
        ack(client_id);
      } else {
        refused.push(ms);
        refuse(client_id, "rate_limited", { retry_after: (1 - tokens) / 10 });
      }
    }
    clock.pass(10);
  }

  assert.deepEqual(outbox.entries(), []);
  assert.ok(refused.every((ms) => refused.filter((other) => other >= ms && other < ms + 10_000).length < 50));
});

test("try_again is tried again, later each time, and after six times asks", () => {
  const id = write("Hello");
  for (let n = 0; n < 6; n += 1) {
    refuse(id, "try_again");
    clock.pass(500 * 2 ** (n + 1));
  }

  assert.equal(sent.length, 6);
  assert.deepEqual(events.at(-1), { type: "failed", chat: "chat", client_id: id, code: "try_again", final: false });
});

test("a final refusal fails the line and lets the next one go", () => {
  const id = write("one");
  write("two");
  refuse(id, "too_long", { final: true });

  assert.deepEqual([bodies(), events.map(({ code }) => code)], [["one", "two"], ["too_long"]]);
});

test("a failed line keeps its text over a reload, and is never sent by itself", () => {
  refuse(write("Hello"), "not_yours", { final: true });
  reload();

  assert.deepEqual([bodies(), outbox.entries()[0].body, events.at(-1).code], [["Hello"], "Hello", "not_yours"]);
});

test("a final refusal cannot be tried again, only discarded", () => {
  const id = write("Hello");
  refuse(id, "chat_ended", { final: true });
  outbox.retry(id);
  assert.equal(sent.length, 1);
  outbox.discard(id);

  assert.deepEqual(outbox.entries(), []);
});

test("a line that nobody answers is repeated", () => {
  const id = write("Hello");
  clock.pass(10_000);

  assert.deepEqual(sent.map((frame) => frame.client_id), [id, id]);
});

test("an answer to a line that is gone changes nothing", () => {
  ack("nobody-000001");
  refuse("nobody-000001", "too_long", { final: true });

  assert.deepEqual(events, []);
});

test("signed out nothing is left", () => {
  write("Hello");
  outbox.clear();

  assert.equal(storage.length, 0);
});

test("client ids are what the wire takes, and differ", () => {
  const ids = Array.from({ length: 500 }, makeClientId);

  assert.ok(ids.every((id) => /^[A-Za-z0-9_-]{8,64}$/.test(id)));
  assert.equal(new Set(ids).size, 500);
});
