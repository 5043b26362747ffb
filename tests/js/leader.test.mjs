import assert from "node:assert/strict";
import { test } from "node:test";
import { createLeader, elected } from "../../livechat/static/livechat/js/leader.js";
import { createTabs } from "../../livechat/static/livechat/js/tabs.js";
import { Clock } from "./browser.mjs";

/** What tabs of one browser share: a name's lock goes to the first, then to the next. */
class Locks {
  queue = [];

  request(name, { signal }, held) {
    const turn = (this.queue.at(-1) ?? Promise.resolve()).then(() => signal.aborted || held());
    this.queue.push(turn);
    return turn;
  }
}

class Channel {
  static all = [];

  constructor(name) {
    this.name = name;
    Channel.all.push(this);
  }

  postMessage(data) {
    for (const other of Channel.all) if (other !== this && other.name === this.name) other.onmessage?.({ data });
  }
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

function tab(clock, random) {
  const crypto = { getRandomValues: (bytes) => bytes.fill(random) };
  return { ...clock, Date: { now: clock.now }, setTimeout: clock.setTimeout, clearTimeout: clock.clearTimeout, navigator: {}, crypto, BroadcastChannel: Channel };
}

test("the browser's lock makes one tab the leader, and the next when it leaves", async () => {
  const env = { navigator: { locks: new Locks() } };
  const [one, other] = [createLeader("x", env), createLeader("x", env)];
  one.join();
  other.join();
  await settled();
  assert.deepEqual([one.leads, other.leads], [true, false]);
  one.leave();
  await settled();

  assert.deepEqual([one.leads, other.leads], [false, true]);
});

test("without locks the tabs agree on the first", () => {
  const clock = new Clock();
  const one = createLeader("y", tab(clock, 1));
  one.join();
  clock.pass(10);
  const other = createLeader("y", tab(clock, 2));
  other.join();
  assert.deepEqual([one.leads, other.leads], [true, false]);
  one.leave();

  assert.deepEqual([one.leads, other.leads], [false, true]);
});

test("a tab that is heard of no more leads no more", () => {
  const peers = new Map([["a", 0]]);

  assert.deepEqual([elected("b", peers, 60_000), elected("b", peers, 90_000)], [false, true]);
});

test("tabs say which chat is on their screen, if anybody looks at them", async () => {
  const clock = new Clock();
  const quiet = { onSwitches() {}, onOwn() {} };
  const made = [null, "chat-1", null, ""].map((chat) => createTabs({ agent: "noor", looks: () => chat, ...quiet, env: tab(clock, 1) }));
  const asked = made[0].others();
  clock.pass(200);

  assert.deepEqual(await asked, ["chat-1", ""]);
});
