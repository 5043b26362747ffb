import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { createCalm, createSuggester } from "../../livechat/static/livechat/js/suggestions.js";
import { Clock } from "./browser.mjs";

const settled = () => new Promise((done) => setImmediate(done));

let clock;
let asked;
let drawn;
let typed;

beforeEach(() => {
  clock = new Clock();
  asked = [];
  drawn = [];
  typed = createSuggester({
    ask: (text) => new Promise((answer) => asked.push({ text, answer })),
    draw: (rows) => drawn.push(rows),
    later: clock.setTimeout,
    never: clock.clearTimeout,
  });
});

test("it asks once typing pauses, not at each letter", () => {
  for (const text of ["My VPN dr", "My VPN dro", "My VPN drop"]) {
    typed(text);
    clock.pass(399);
  }
  assert.deepEqual(asked, []);

  clock.pass(1);
  assert.deepEqual(asked.map(({ text }) => text), ["My VPN drop"]);
});

test("fewer than eight letters ask nothing and take away what was suggested", async () => {
  typed("My VPN drops");
  clock.pass(400);
  asked[0].answer(["a"]);
  await settled();
  typed("  My VPN    ");
  clock.pass(1000);

  assert.equal(asked.length, 1);
  assert.deepEqual(drawn, [["a"], []]);
});

test("an answer to what is not written any more is dropped", async () => {
  typed("My VPN drops");
  clock.pass(400);
  typed("My VPN drops often");
  asked[0].answer(["late"]);
  await settled();
  clock.pass(400);
  asked[1].answer(["right"]);
  await settled();

  assert.deepEqual(drawn, [["right"]]);
});

test("no answer leaves what stands", async () => {
  typed("My VPN drops");
  clock.pass(400);
  asked[0].answer(null);
  await settled();

  assert.deepEqual(drawn, []);
});

test("the same words with spaces around are nothing new", () => {
  typed("My VPN drops");
  clock.pass(400);
  typed("My VPN drops ");
  clock.pass(400);

  assert.equal(asked.length, 1);
});

test("of a long question as much is sent as is looked at, and no half letter", () => {
  typed("🙂".repeat(1200));
  clock.pass(400);

  assert.equal(asked[0].text, "🙂".repeat(1000));
});

test("nothing moves while the pointer does; the newest is drawn once it rests", () => {
  let moved = clock.time;
  const seen = [];
  const draw = createCalm({ draw: (rows) => seen.push(rows), moved: () => moved, now: clock.now, later: clock.setTimeout, never: clock.clearTimeout });

  draw(["old"]);
  clock.pass(400);
  moved = clock.time;
  draw(["new"]);
  clock.pass(499);
  assert.deepEqual(seen, []);

  clock.pass(1);
  assert.deepEqual(seen, [["new"]]);
  clock.pass(5000);
  draw([]);
  assert.deepEqual(seen, [["new"], []]);
});
