import assert from "node:assert/strict";
import { test } from "node:test";
import { actsOf, createGather, decide, iconOf, kindOf, lasting, lateness, sentence, sentences, summary, titleOf } from "../../livechat/static/livechat/js/news.js";
import { Clock } from "./browser.mjs";
import { item } from "./wire.mjs";

const many = (one, more) => ({ 1: one, 2: more, 100: more });
const texts = {
  chat: { short: "New chat", title: "New chat from {name}", many: many("{n} new chat", "{n} new chats") },
  message: { title: "New message from {name}", many: many("{n} new message", "{n} new messages in {chats} chats") },
  target: {
    title: many("{name} has waited {n} minute", "{name} has waited {n} minutes"),
    brief: many("{name} has waited {n} second", "{name} has waited {n} seconds"),
    many: many("{n} chat waits long", "{n} chats wait long"),
  },
  conversation: {
    title: many("The chat with {name} has taken {n} minute", "The chat with {name} has taken {n} minutes"),
    many: many("{n} chat takes long", "{n} chats take long"),
  },
  from: many("{n} new message from {name}", "{n} new messages from {name}"),
};
const message = (chat, name = "Lucas") => ({ kind: "message", chat, name });
const arrival = (chat, name = "Tomasz") => ({ kind: "chat", chat, name });
const all = () => true;
const here = { wants: all, looks: [], desktop: true, sound: true };

test("what a customer writes and his leaving are news, an agent's lines are not", () => {
  const lines = [
    item(1, { author: "customer" }),
    item(2, { kind: "event", author: "system", data: { code: "cancelled" } }),
    item(3, { author: "agent" }),
    item(4, { kind: "note" }),
    item(5, { kind: "event", author: "system", data: { code: "accepted" } }),
  ];

  assert.deepEqual(lines.map(kindOf), ["message", "cancelled", null, null, null]);
});

test("a toast offers only what its agent can do", () => {
  assert.deepEqual(actsOf("transfer", { open: true, accept: true }), ["accept", "open", "later"]);
  assert.deepEqual(actsOf("chat", { open: true, accept: false }), ["open", "later"]);
  assert.deepEqual(actsOf("assistance", { open: false, accept: false }), ["later"]);
  assert.equal(actsOf("message", { open: true, accept: false }), undefined);
});

test("a full stop stands between two sentences, once, and none where one is missing", () => {
  assert.equal(sentences("New starter needs a badge", "Halden - Desk"), "New starter needs a badge. Halden - Desk");
  assert.equal(sentences("Shared mailbox is missing.", "Halden - Desk"), "Shared mailbox is missing. Halden - Desk");
  assert.equal(sentences("Anyone there?", "Halden - Desk"), "Anyone there? Halden - Desk");
  assert.equal(sentences(undefined, "Halden - Desk"), "Halden - Desk");
});

test("one event is told in its own words, several in one sentence", () => {
  assert.equal(summary([arrival("a")], texts), "New chat from Tomasz");
  assert.equal(summary([message("a"), message("a")], texts), "2 new messages from Lucas");
  assert.equal(summary([message("a"), message("b"), message("b"), message("c")], texts), "4 new messages in 3 chats");
});

test("new chats are named before messages, whatever came first", () => {
  assert.equal(summary([message("a"), arrival("b")], texts), "New chat from Tomasz, 1 new message from Lucas");
});

const late = (target, seconds) => ({ name: "Lucas", ...lateness({ chat: "a", target, step: "breach", seconds }) });

test("what takes long is told in minutes, and in seconds before the first", () => {
  assert.equal(sentence(late("waiting", 301), texts), "Lucas has waited 5 minutes");
  assert.equal(sentence(late("waiting", 45), texts), "Lucas has waited 45 seconds");
  assert.equal(sentence(late("conversation", 1802), texts), "The chat with Lucas has taken 30 minutes");
  assert.deepEqual([59, 60, 89].map((seconds) => lasting(seconds).n), [59, 1, 1]);
});

test("several that take long are told by kind", () => {
  const events = [late("waiting", 301), late("conversation", 1800), late("waiting", 400)];

  assert.equal(summary(events, texts), "2 chats wait long, The chat with Lucas has taken 30 minutes");
});

test("the title counts, and says what is new while nobody looks", () => {
  assert.equal(titleOf({ n: 3, title: "Lucas - Parley", short: "New chat" }, "({n}) {title}"), "(3) New chat - Parley");
  assert.equal(titleOf({ n: 3, title: "Lucas - Parley", short: null }, "({n}) {title}"), "(3) Lucas - Parley");
  assert.equal(titleOf({ n: 0, title: "Lucas - Parley", short: "New chat" }, "({n}) {title}"), "Lucas - Parley");
});

test("the icon carries the number, up to nine", () => {
  const drawn = [3, 12].map((n) => decodeURIComponent(iconOf(n)).match(/>([^<]*)<\/text>/)[1]);

  assert.deepEqual(drawn, ["3", "9+"]);
});

test("many events within two seconds are told once", () => {
  const clock = new Clock();
  const told = [];
  const gather = createGather({ then: (events) => told.push(events.length), env: clock });
  for (const chat of ["a", "b", "c"]) {
    gather(message(chat));
    clock.pass(600);
  }
  clock.pass(1000);
  gather(message("d"));
  clock.pass(2000);

  assert.deepEqual(told, [3, 1]);
});

test("nobody looks: the desktop tells and it sounds", () => {
  const events = [arrival("a")];

  assert.deepEqual(decide(events, here), { sounds: true, shows: events });
});

test("while some tab is looked at the desktop stays silent", () => {
  assert.deepEqual(decide([arrival("a")], { ...here, looks: [""] }), { sounds: true, shows: [] });
});

test("lines of a chat that is on some screen are no news", () => {
  assert.deepEqual(decide([message("a")], { ...here, looks: ["a"] }), { sounds: false, shows: [] });
  assert.equal(decide([message("a"), message("b")], { ...here, looks: ["a"] }).sounds, true);
});

test("a tab that is not the one tells nothing", () => {
  assert.deepEqual(decide([arrival("a")], { ...here, desktop: false, sound: false }), { sounds: false, shows: [] });
});

test("each kind can be switched off for each way", () => {
  const wants = (kind, way) => kind === "chat" && way === "desktop";
  const events = [arrival("a"), message("b")];

  assert.deepEqual(decide(events, { ...here, wants }), { sounds: false, shows: [events[0]] });
});
