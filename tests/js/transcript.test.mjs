import assert from "node:assert/strict";
import { test } from "node:test";
import { arrange, hueOf, initials } from "../../livechat/static/livechat/js/transcript.js";
import { item } from "./wire.mjs";

const at = (minute, second = 0) => new Date(Date.UTC(2026, 0, 5, 10, minute, second)).toISOString();
const row = (seq, more = {}, own = false, state = own ? "sent" : "") => ({ key: `#${seq}`, own, state, item: item(seq, more) });
const shape = (blocks) => blocks.map(({ part, rows }) => `${part} ${rows.length}`);

test("one author within three minutes is one group", () => {
  const rows = [row(1, { posted_at: at(0) }), row(2, { posted_at: at(2) }), row(3, { posted_at: at(3, 1) })];

  assert.deepEqual(shape(arrange(rows)), ["group 2", "group 1"]);
});

test("another author, an event or a note ends a group", () => {
  const rows = [row(1), row(2, { author_name: "Mary L." }), row(3, { kind: "event" }), row(4), row(5, { kind: "note" }), row(6)];

  assert.deepEqual(shape(arrange(rows)), ["group 1", "group 1", "event 1", "group 1", "note 1", "group 1"]);
});

test("an own line that has no name yet joins the group", () => {
  const rows = [row(1, { author_name: "Noor H." }, true), row(2, { author_name: "" }, true, "sending")];

  assert.deepEqual(shape(arrange(rows)), ["group 2"]);
});

test("a colleague's lines are his, and an own line that has no name yet does not join them", () => {
  const rows = [
    row(1, { author_name: "Noor H.", author_id: "noor" }, true),
    row(2, { author_name: "Mary L.", author_id: "mary" }, true),
    row(3, { author_name: "" }, true, "sending"),
  ];
  const blocks = arrange(rows, { self: "noor" });

  assert.deepEqual(shape(blocks), ["group 1", "group 1", "group 1"]);
  assert.deepEqual(blocks.map(({ colleague }) => colleague), [false, true, false]);
});

test("a colleague of the same name is another person", () => {
  const rows = ["noor", "other", "noor"].map((id, n) => row(n + 1, { author_name: "Noor H.", author_id: id }, true));
  const blocks = arrange(rows, { self: "noor" });

  assert.deepEqual(blocks.map(({ colleague }) => colleague), [false, true, false]);
});

test("own lines under an old screen name are one's own", () => {
  const rows = ["Noor", "Noor H."].map((name, n) => row(n + 1, { author_name: name, author_id: "noor" }, true));
  const blocks = arrange(rows, { self: "noor" });

  assert.deepEqual([shape(blocks), blocks[0].colleague], [["group 2"], false]);
});

test("a failed line stands alone", () => {
  assert.deepEqual(shape(arrange([row(1, {}, true), row(2, {}, true, "failed"), row(3, {}, true)])), ["group 1", "group 1", "group 1"]);
});

test("a divider stands where the day changes", () => {
  const rows = [row(1, { posted_at: "2026-01-05T23:59:00Z" }), row(2, { posted_at: "2026-01-06T00:00:00Z" })];

  assert.deepEqual(shape(arrange(rows, { dayOf: (iso) => iso.slice(0, 10) })), ["group 1", "day 1", "group 1"]);
});

test("the unread divider stands above the first line of others that was not read, and counts", () => {
  const blocks = arrange([row(1), row(2, {}, true), row(3), row(4)], { unread: 1 });

  assert.deepEqual([shape(blocks), blocks.find(({ part }) => part === "unread").count], [["group 1", "group 1", "unread 1", "group 2"], 2]);
});

test("typing comes last", () => {
  assert.equal(arrange([row(1)], { typing: { author_name: "Noor H." } }).at(-1).name, "Noor H.");
});

test("hues are one of 72 and stay the same", () => {
  const hues = Array.from({ length: 2000 }, (_, n) => hueOf(`person-${n}`));

  assert.ok(hues.every((hue) => hue % 5 === 0 && hue < 360));
  assert.equal(new Set(hues).size, 72);
  assert.equal(hueOf("x7Yq2mVbT0aK9cLdPzRw4g"), hueOf("x7Yq2mVbT0aK9cLdPzRw4g"));
});

test("initials are the first letters of the first and the last word", () => {
  assert.deepEqual(["Noor H.", "ada", "Jean Luc Picard", "", "🦊 fox"].map(initials), ["NH", "A", "JP", "", "🦊F"]);
});
