import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { connect } from "../../livechat/static/livechat/js/socket.js";
import { fakeBrowser, FakeSocket, welcome } from "./browser.mjs";

let env;
let frames;
let statuses;
let socket;

beforeEach(() => {
  FakeSocket.all = [];
  env = fakeBrowser();
  frames = [];
  statuses = [];
  const resume = { chat: 3 };
  socket = connect({
    url: "/ws/customer/",
    hello: () => ({ token: "secret", resume }),
    applied: () => resume,
    onFrame: (frame) => frames.push(frame),
    onStatus: (status) => statuses.push(status),
    env,
  });
});

function meet(more) {
  FakeSocket.last.open();
  FakeSocket.last.hear(welcome(more));
}

const beats = () => FakeSocket.last.sent.filter(({ type }) => type === "heartbeat").length;
const sockets = () => FakeSocket.all.length;

test("it says hello first and is online after the welcome", () => {
  meet();

  assert.equal(FakeSocket.last.url, "ws://desk.example/ws/customer/");
  assert.deepEqual(FakeSocket.last.sent, [{ type: "hello", token: "secret", resume: { chat: 3 } }]);
  assert.deepEqual(statuses, ["connecting", "online"]);
});

test("nothing goes out before the welcome", () => {
  FakeSocket.last.open();

  assert.equal(socket.send({ type: "typing" }), false);
});

test("frames are handed on, and what is no JSON is not", () => {
  meet();
  FakeSocket.last.onmessage({ data: "{" });
  FakeSocket.last.hear({ type: "queue.changed" });

  assert.deepEqual(frames.map(({ type }) => type), ["welcome", "queue.changed"]);
});

test("the server's time is kept as an offset", () => {
  meet();
  env.clock.pass(2000);

  assert.equal(socket.now(), Date.parse("2026-01-05T10:00:02Z"));
});

test("a heartbeat goes out in its time with what is applied", () => {
  meet();
  env.clock.pass(25_000);

  assert.deepEqual(FakeSocket.last.sent.at(-1), { type: "heartbeat", applied: { chat: 3 } });
});

test("answered heartbeats keep the connection, one a period", () => {
  meet({ heartbeat: 10 });
  for (let second = 0; second < 120; second += 1) {
    env.clock.pass(1000);
    FakeSocket.last.hear({ type: "heartbeat", heads: {} });
  }

  assert.deepEqual([sockets(), beats()], [1, 12]);
});

for (const heartbeat of [10, 25]) {
  test(`a half-open connection with a heartbeat of ${heartbeat} s ends within 30 s of silence`, () => {
    meet({ heartbeat });
    env.clock.pass(29_900);
    assert.equal(statuses.at(-1), "online");
    env.clock.pass(200);

    assert.equal(statuses.at(-1), "reconnecting");
  });
}

test("a tab whose timers slept asks before it gives the connection up", () => {
  meet();
  env.clock.time += 60_000;
  env.clock.pass(0);
  assert.deepEqual([statuses.at(-1), beats()], ["online", 1]);
  FakeSocket.last.hear({ type: "heartbeat", heads: {} });
  env.clock.pass(10_000);

  assert.deepEqual([statuses.at(-1), sockets()], ["online", 1]);
});

test("the pause between attempts doubles from 0.3 s to 15 s", () => {
  const pauses = [];
  for (let n = 0; n < 8; n += 1) {
    FakeSocket.last.cut();
    const before = env.clock.time;
    const known = sockets();
    while (sockets() === known) env.clock.pass(50);
    pauses.push(env.clock.time - before);
  }

  assert.deepEqual(pauses, [300, 600, 1200, 2400, 4800, 9600, 15_000, 15_000]);
});

test("the pause has full jitter", () => {
  env.Math.random = () => 0;
  const fresh = connect({ url: "/ws/", hello: () => ({}), onFrame() {}, env });
  FakeSocket.last.cut();
  const known = sockets();
  env.clock.pass(0);

  assert.equal(sockets(), known + 1);
  fresh.close();
});

test("a connection that held begins with a short pause again", () => {
  for (let n = 0; n < 5; n += 1) {
    FakeSocket.last.cut();
    env.clock.pass(15_000);
  }
  meet();
  env.clock.pass(6000);
  FakeSocket.last.cut();
  const known = sockets();
  env.clock.pass(300);

  assert.equal(sockets(), known + 1);
});

test("a server that never says welcome is given up after ten seconds", () => {
  FakeSocket.last.open();
  env.clock.pass(10_300);

  assert.equal(sockets(), 2);
});

test("back in the network it connects at once", () => {
  for (let n = 0; n < 6; n += 1) {
    FakeSocket.last.cut();
    env.clock.pass(n === 5 ? 0 : 15_000);
  }
  const known = sockets();
  env.window.dispatchEvent(new Event("online"));
  env.clock.pass(0);

  assert.equal(sockets(), known + 1);
});

test("a tab that becomes visible asks at once, and connects anew without an answer", () => {
  meet();
  env.clock.pass(1000);
  env.document.dispatchEvent(new Event("visibilitychange"));
  assert.equal(beats(), 1);
  env.clock.pass(4000);

  assert.equal(statuses.at(-1), "reconnecting");
});

test("a laptop that wakes after a long sleep connects anew at once", () => {
  meet();
  env.clock.time += 3_600_000;
  env.document.dispatchEvent(new Event("visibilitychange"));
  env.clock.pass(0);

  assert.equal(sockets(), 2);
});

test("a hidden tab is not woken", () => {
  meet();
  env.document.visibilityState = "hidden";
  env.document.dispatchEvent(new Event("visibilitychange"));

  assert.equal(beats(), 0);
});

test("bye is obeyed: not sooner than it says, not even when woken", () => {
  meet();
  FakeSocket.last.hear({ type: "bye", code: 1012, reason: "", retry_in: [2, 4] });
  env.window.dispatchEvent(new Event("online"));
  env.clock.pass(3900);
  assert.equal(sockets(), 1);
  env.clock.pass(100);

  assert.equal(sockets(), 2);
});

for (const [name, end] of Object.entries({
  "close code 4401": () => FakeSocket.last.cut(4401),
  "close code 4403": () => FakeSocket.last.cut(4403),
  "a bye that says so": () => FakeSocket.last.hear({ type: "bye", code: 4401, reason: "" }),
  "a refused hello": () => FakeSocket.last.hear({ type: "refused", code: "not_authenticated", detail: "", final: true }),
})) {
  test(`after ${name} it stays away`, () => {
    meet();
    end();
    env.window.dispatchEvent(new Event("online"));
    env.clock.pass(60_000);

    assert.deepEqual([statuses.at(-1), sockets()], ["signed-out", 1]);
  });
}

test("without a network it says so and goes on trying", () => {
  env.navigator.onLine = false;
  FakeSocket.last.cut();
  assert.equal(statuses.at(-1), "offline");
  env.clock.pass(300);

  assert.equal(sockets(), 2);
});

test("closed it stays closed", () => {
  meet();
  socket.close();
  env.clock.pass(60_000);

  assert.deepEqual([sockets(), FakeSocket.last.closed, env.clock.timers.size], [1, true, 0]);
});
