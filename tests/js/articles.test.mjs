import assert from "node:assert/strict";
import { test } from "node:test";
import { afterLine, shortly, spoken } from "../../livechat/static/livechat/js/rows.js";
import { asked, share } from "../../livechat/static/livechat/js/sharing.js";

test("what stands behind # at the caret is asked for", () => {
  const found = ["#", "#vpn", "See #map dr", "line\n#vpn", "#vpn\n", "C#", "a#b", "##", `#${"x".repeat(61)}`].map((text) => asked(text));

  assert.deepEqual(found, ["", "vpn", "map dr", "vpn", null, null, null, null, null]);
  assert.equal(asked("See #vpn, please", 8), "vpn");
  assert.equal(asked("See #vpn", 3), null);
});

test("an article is said as a reply is, in few words", () => {
  const item = { kind: "article", body: "Map a drive", author: "agent", posted_at: "now" };

  assert.ok(spoken(item));
  assert.equal(shortly(item, { article: "shared {article}" }), "shared Map a drive");
  assert.equal(shortly(item, { your_article: "You shared {article}" }, true), "You shared Map a drive");
  assert.equal(afterLine("then", item), "");
});

function sent(answers) {
  const bodies = [];
  globalThis.document = { querySelector: () => ({ value: "csrf" }) };
  globalThis.fetch = async (url, { body }) => {
    bodies.push({ url, ...JSON.parse(body) });
    const answer = answers.shift();
    if (!answer) throw new TypeError("offline");
    return { ok: answer < 300, status: answer, json: async () => ({ code: "article_not_for_them" }) };
  };
  return bodies;
}

const place = { chat: "c1", conv: { dataset: { shares: "/shares/" } }, live: { epoch: () => 3 } };

test("after no answer it is the same message, after one it is another", async () => {
  const bodies = sent([null, 503, 201, 201]);

  const found = [];
  for (let n = 0; n < 4; n += 1) found.push(await share(place, "a1"));

  assert.deepEqual(
    found.map(({ ok, status }) => [ok, status]),
    [
      [false, 0],
      [false, 503],
      [true, 201],
      [true, 201],
    ],
  );
  const ids = bodies.map((body) => body.client_id);
  assert.equal(new Set(ids.slice(0, 3)).size, 1);
  assert.notEqual(ids[3], ids[2]);
  assert.deepEqual([bodies[0].url, bodies[0].article, bodies[0].epoch], ["/shares/", "a1", 3]);
});

test("a refusal comes with its reason", async () => {
  sent([409]);

  assert.deepEqual((await share(place, "a2")).problem, { code: "article_not_for_them" });
});
