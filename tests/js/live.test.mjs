import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { view } from "../../livechat/static/livechat/js/conversation.js";
import { createLive } from "../../livechat/static/livechat/js/live.js";
import { Shelf } from "../../config/static/parley/shelf.js";
import { fakeBrowser, FakeSocket, FakeStorage, welcome } from "./browser.mjs";
import { seeded } from "./prng.mjs";
import { CHAT, frame, item, Store } from "./wire.mjs";

let env;
let storage;
let changes;

beforeEach(() => {
  FakeSocket.all = [];
  env = fakeBrowser();
  storage = new FakeStorage();
  changes = [];
});

function begin(more = {}) {
  const onChange = (state) => changes.push(state);
  return createLive({ url: "/ws/customer/", me: "customer", scope: "ada", token: () => "secret", onChange, storage: new Shelf(() => storage), env, ...more });
}

function meet(head = 0) {
  FakeSocket.last.open();
  FakeSocket.last.hear(welcome({ chats: { [CHAT]: { head, version: 1 } } }));
}

const sent = (type) => FakeSocket.last.sent.filter((one) => one.type === type);
const hear = (news) => FakeSocket.last.hear(news);

test("hello carries the token and what is shown", () => {
  const live = begin();
  live.open(CHAT, { frames: [frame([item(4), item(5)])] });
  meet(5);

  assert.deepEqual(sent("hello"), [{ type: "hello", token: "secret", resume: { [CHAT]: 5 } }]);
});

test("a gap is asked for after 300 ms, and not when it fills itself", () => {
  begin().open(CHAT, { last: 0 });
  meet(0);
  hear(frame([item(2)]));
  env.clock.pass(200);
  hear(frame([item(1)], 2));
  env.clock.pass(1000);
  assert.deepEqual(sent("history"), []);
  hear(frame([item(5)]));
  env.clock.pass(300);

  assert.deepEqual(sent("history"), [{ type: "history", chat: CHAT, after: 2, limit: 200 }]);
});

test("a head that is ahead is asked for, again when nobody answers", () => {
  begin().open(CHAT, { last: 0 });
  meet(3);
  env.clock.pass(3300);

  assert.equal(sent("history").length, 2);
});

test("a line shows at once and settles", () => {
  const live = begin();
  live.open(CHAT, { last: 0 });
  meet();
  const { client_id } = live.send(CHAT, "Hello");
  assert.equal(view(live.state(CHAT))[0].state, "sending");
  hear({ type: "ack", client_id, chat: CHAT, seq: 1, posted_at: "2026-01-05T10:00:00Z" });

  assert.equal(view(live.state(CHAT))[0].state, "sent");
});

test("unsent lines are shown below the others after a reload", () => {
  const before = begin();
  before.open(CHAT, { last: 0 });
  before.send(CHAT, "Hello");
  before.stop();
  const state = begin().open(CHAT, { frames: [frame([item(1), item(2)])] });

  assert.deepEqual(view(state).map((row) => row.item.body), ["Line 1", "Line 2", "Hello"]);
});

test("agents send the epoch they hold, customers none", () => {
  const live = begin({ me: "agent", token: undefined });
  live.open(CHAT, { last: 0, frames: [{ type: "chat.changed", chat: CHAT, version: 2, status: "assigned", epoch: 7 }] });
  meet();
  live.send(CHAT, "Hello");

  assert.equal(sent("message.post")[0].epoch, 7);
  assert.ok(!("token" in sent("hello")[0]));
});

test("what is received is told, what is read only while it is looked at", () => {
  const live = begin();
  live.open(CHAT, { last: 0 });
  meet();
  hear(frame([item(1)]));
  env.clock.pass(1000);
  live.reading(CHAT);
  env.clock.pass(1000);

  assert.deepEqual(sent("receipt").map(({ delivered, read }) => [delivered, read]), [[1, 0], [1, 1]]);
});

test("a hidden tab reads nothing", () => {
  env.document.visibilityState = "hidden";
  const live = begin();
  live.open(CHAT, { last: 0 });
  meet();
  live.reading(CHAT);
  hear(frame([item(1)]));
  env.clock.pass(1000);

  assert.equal(sent("receipt")[0].read, 0);
});

test("many lines are one receipt a second", () => {
  begin().open(CHAT, { last: 0 });
  meet();
  for (let seq = 1; seq <= 50; seq += 1) {
    hear(frame([item(seq)]));
    env.clock.pass(20);
  }
  env.clock.pass(2000);

  assert.ok(sent("receipt").length <= 3);
  assert.equal(sent("receipt").at(-1).delivered, 50);
});

test("receipts are told anew after a reconnect, and never by a preview", () => {
  const live = begin();
  live.open(CHAT, { frames: [frame([item(1)])] });
  live.open("preview-00000000000000", { quiet: true, frames: [{ ...frame([item(1)]), chat: "preview-00000000000000" }] });
  meet(1);
  env.clock.pass(10);
  FakeSocket.last.cut();
  env.clock.pass(1000);
  meet(1);
  env.clock.pass(1000);

  assert.deepEqual(sent("receipt").map(({ chat }) => chat), [CHAT]);
});

test("typing goes out at most every three seconds and is forgotten after six", () => {
  const live = begin();
  live.open(CHAT, { last: 0 });
  meet();
  live.typing(CHAT);
  live.typing(CHAT);
  hear({ type: "typing", chat: CHAT, author: "agent", author_name: "Noor H." });
  env.clock.pass(5900);
  assert.ok(live.state(CHAT).typing);
  live.typing(CHAT);
  env.clock.pass(100);

  assert.deepEqual([live.state(CHAT).typing, sent("typing").length], [null, 2]);
});

test("signed out, the page may keep the text before it goes", () => {
  let kept = [];
  const live = begin({ onStatus: (status) => status === "signed-out" && (kept = live.outbox.entries().map(({ body }) => body)) });
  live.open(CHAT, { last: 0 });
  live.send(CHAT, "Hello");
  FakeSocket.last.cut(4401);

  assert.deepEqual([kept, live.outbox.entries()], [["Hello"], []]);
});

test("earlier lines are asked for while there are any", () => {
  const live = begin();
  live.open(CHAT, { frames: [frame([item(51)])] });
  meet(51);
  assert.equal(live.more(CHAT), true);
  assert.deepEqual(sent("history"), [{ type: "history", chat: CHAT, before: 51, limit: 50 }]);
  hear(frame(Array.from({ length: 50 }, (_, n) => item(n + 1)), 51));

  assert.equal(live.more(CHAT), false);
});

/** A network that cuts, loses and doubles, before a server that also refuses now and then. */
function storm(seed) {
  const { random, below } = seeded(seed);
  const store = new Store();
  env.Math.random = random;
  const live = begin({ storage: new Shelf(() => new FakeStorage()) });
  live.open(CHAT, { last: 0 });
  let calm = false;
  const answer = (socket, command) => {
    const lose = !calm && random() < 0.2;
    if (command.type === "hello") {
      socket.hear(welcome({ chats: { [CHAT]: { head: store.head, version: 1 } } }));
      if (!lose) socket.hear(store.history({ after: command.resume[CHAT] ?? 0 }));
    } else if (command.type === "history") {
      if (!lose) socket.hear(store.history(command));
    } else if (command.type === "message.post") {
      if (!calm && random() < 0.15) {
        const code = random() < 0.5 ? "try_again" : "rate_limited";
        return socket.hear({ type: "refused", client_id: command.client_id, code, detail: "", final: false, retry_after: 1 });
      }
      const acked = store.post({ ...command, author: "customer" });
      if (!lose) socket.hear(acked);
      if (calm || random() < 0.7) socket.hear(frame([store.rows.at(-1)], store.head));
    }
  };
  const serve = () => {
    const socket = FakeSocket.last;
    if (socket.readyState === 0) socket.open();
    for (const command of socket.sent.splice(0)) {
      if (socket.readyState === 1) answer(socket, command);
      if (!calm && random() < 0.05 && socket.readyState === 1) socket.cut();
    }
  };
  const bodies = [];
  for (let n = 0; n < 120; n += 1) {
    if (random() < 0.4) {
      bodies.push(`line ${n}`);
      live.send(CHAT, `line ${n}`);
    }
    if (random() < 0.2) store.post({ client_id: `agent-${seed}-${n}`, author: "agent", body: `agent ${n}` });
    serve();
    env.clock.pass(below(400));
  }
  calm = true;
  for (let n = 0; n < 400; n += 1) {
    serve();
    hear({ type: "heartbeat", heads: { [CHAT]: { head: store.head, version: 1 } } });
    env.clock.pass(500);
  }
  return { live, store, bodies };
}

test("C1, C2, C3, C7: through cuts, losses and refusals every line is stored and shown once, in its sender's order", () => {
  for (let seed = 1; seed <= 40; seed += 1) {
    const { live, store, bodies } = storm(seed);
    const stored = store.rows.filter((row) => row.author === "customer").map((row) => row.body);
    assert.deepEqual(stored, bodies, `seed ${seed}`);
    const shown = view(live.state(CHAT)).map((row) => row.item.body);
    assert.deepEqual(shown, store.rows.map((row) => row.body), `seed ${seed}`);
    assert.deepEqual(live.outbox.entries(), [], `seed ${seed}`);
    live.stop();
  }
});
