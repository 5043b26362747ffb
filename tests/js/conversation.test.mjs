import assert from "node:assert/strict";
import { test } from "node:test";
import { create, earlier, missing, reduce, stale, view } from "../../livechat/static/livechat/js/conversation.js";
import { CHAT, frame, item } from "./wire.mjs";

const fresh = () => create({ chat: CHAT, me: "customer", last: 0 });
const play = (state, ...frames) => frames.reduce(reduce, state);
const own = (id, body = "Hello") => ({ type: "own", chat: CHAT, client_id: id, kind: "reply", body, at: "2026-01-05T10:00:00Z" });
const ack = (id, seq) => ({ type: "ack", chat: CHAT, client_id: id, seq, posted_at: "2026-01-05T10:00:01Z" });
const mine = (seq, id, more) => item(seq, { author: "customer", author_name: "Ada", client_id: id, ...more });
const seqs = (state) => state.items.map(({ seq }) => seq);
const states = (state) => view(state).map((row) => row.state);

test("items are shown in order, whatever the order in the frame", () => {
  const state = play(fresh(), frame([item(2), item(1), item(3)]));

  assert.deepEqual(seqs(state), [1, 2, 3]);
});

test("a repeat changes nothing", () => {
  const once = play(fresh(), frame([item(1), item(2)]));

  assert.equal(reduce(once, frame([item(1), item(2)])), once);
});

test("a frame of another chat changes nothing", () => {
  const state = fresh();

  assert.equal(reduce(state, { ...frame([item(1)]), chat: "another" }), state);
});

test("a frame of no known type changes nothing", () => {
  const state = fresh();

  for (const type of ["queue.changed", "constructor", "__proto__", undefined]) assert.equal(reduce(state, { type }), state);
});

test("what lies beyond a gap is held until the gap is filled", () => {
  const gap = play(fresh(), frame([item(1)]), frame([item(3), item(4)]));
  const healed = play(gap, frame([item(2)], 4));

  assert.deepEqual([seqs(gap), missing(gap)], [[1], { after: 1 }]);
  assert.deepEqual([seqs(healed), missing(healed)], [[1, 2, 3, 4], null]);
});

test("at most 200 items are held back, and the rest is still known to be missing", () => {
  const far = Array.from({ length: 300 }, (_, i) => item(i + 2));
  const gap = play(fresh(), frame(far));
  const healed = play(gap, frame([item(1)], 301));

  assert.equal(gap.held.length, 200);
  assert.deepEqual([healed.last, missing(healed)], [201, { after: 201 }]);
});

test("numbers that this audience does not hear of are no gap", () => {
  const state = play(fresh(), frame([item(1)]), frame([item(4, { after: 1 })]));

  assert.deepEqual([seqs(state), missing(state)], [[1, 4], null]);
});

test("a page that shows the last lines scrolls back and misses nothing", () => {
  const tail = play(create({ chat: CHAT, me: "customer" }), frame([item(51), item(52)]));
  const back = play(tail, frame([item(49), item(50)], 52));

  assert.deepEqual([missing(tail), earlier(tail)], [null, { before: 51 }]);
  assert.deepEqual([seqs(back), earlier(back)], [[49, 50, 51, 52], { before: 49 }]);
});

test("a lost last message is seen by comparing heads", () => {
  const state = play(fresh(), frame([item(1)]), { type: "heartbeat", heads: { [CHAT]: { head: 2, version: 1 } } });

  assert.deepEqual(missing(state), { after: 1 });
});

test("a step that was not heard of is seen by comparing versions", () => {
  const behind = play(fresh(), { type: "welcome", chats: { [CHAT]: { head: 0, version: 3, epoch: 2 } } });
  const told = play(behind, { type: "chat.changed", chat: CHAT, version: 3, status: "assigned" });

  assert.deepEqual([stale(behind), behind.epoch, stale(told), told.status], [true, 2, false, "assigned"]);
});

test("a late step never overwrites a newer one", () => {
  const ended = play(fresh(), { type: "chat.changed", chat: CHAT, version: 5, status: "ended" });

  assert.equal(reduce(ended, { type: "chat.changed", chat: CHAT, version: 4, status: "assigned" }), ended);
});

test("an own line goes from sending to sent to delivered to read", () => {
  const sending = play(fresh(), own("own-00000001"));
  const acked = play(sending, ack("own-00000001", 1));
  const placed = play(acked, frame([mine(1, "own-00000001")]));
  const delivered = play(placed, { type: "receipt", chat: CHAT, delivered: 1, read: 0 });
  const read = play(delivered, { type: "receipt", chat: CHAT, delivered: 1, read: 1 });

  const all = [sending, acked, placed, delivered, read].flatMap(states);
  assert.deepEqual(all, ["sending", "sent", "sent", "delivered", "read"]);
});

test("an own line keeps its key when it settles", () => {
  const before = play(fresh(), own("own-00000001"));
  const after = play(before, frame([mine(1, "own-00000001")]));

  assert.deepEqual(view(before).map(({ key }) => key), view(after).map(({ key }) => key));
});

test("an own line stays where it was written until it has its place", () => {
  const written = play(fresh(), frame([item(1)]), own("own-00000001"), frame([item(2)]));
  const settled = play(written, frame([mine(3, "own-00000001")]));

  assert.deepEqual(view(written).map(({ key }) => key), ["#1", "own-00000001", "#2"]);
  assert.deepEqual(view(settled).map(({ key }) => key), ["#1", "#2", "own-00000001"]);
});

test("an ack whose line was lost leaves a gap that is asked for", () => {
  const state = play(fresh(), own("own-00000001"), ack("own-00000001", 1));

  assert.deepEqual([states(state), missing(state)], [["sent"], { after: 0 }]);
});

test("an ack after its line, and a line after its ack, show it once", () => {
  const late = play(fresh(), own("own-00000001"), frame([mine(1, "own-00000001")]), ack("own-00000001", 1));
  const early = play(fresh(), own("own-00000001"), ack("own-00000001", 1), frame([mine(1, "own-00000001")]));

  assert.deepEqual([view(late).length, view(early).length], [1, 1]);
});

test("what was stored already is not shown again when it is repeated after a reload", () => {
  const state = play(fresh(), frame([mine(1, "own-00000001")]));

  assert.equal(reduce(state, own("own-00000001")), state);
});

test("a final refusal fails the line, a passing one does not", () => {
  const sending = play(fresh(), own("own-00000001"));
  const refused = (code, final) => ({ type: "refused", client_id: "own-00000001", code, detail: "", final });

  assert.deepEqual(view(reduce(sending, refused("chat_ended", true)))[0].code, "chat_ended");
  assert.equal(reduce(sending, refused("rate_limited", false)), sending);
});

test("a failed line can be tried again or discarded", () => {
  const failed = play(fresh(), own("own-00000001"), { type: "failed", chat: CHAT, client_id: "own-00000001", code: "old", final: false });
  const retried = reduce(failed, { type: "retry", chat: CHAT, client_id: "own-00000001" });
  const discarded = reduce(failed, { type: "discard", chat: CHAT, client_id: "own-00000001" });

  assert.deepEqual([states(failed), states(retried), states(discarded)], [["failed"], ["sending"], []]);
});

test("receipts are cumulative and never go back", () => {
  const read = play(fresh(), { type: "receipt", chat: CHAT, delivered: 5, read: 4 });

  assert.equal(reduce(read, { type: "receipt", chat: CHAT, delivered: 3, read: 2 }), read);
});

test("typing ends when it is over or when the line comes", () => {
  const typing = play(fresh(), { type: "typing", chat: CHAT, author: "agent", author_name: "Noor H." });

  assert.equal(typing.typing.author_name, "Noor H.");
  assert.equal(reduce(typing, { type: "typing.over", chat: CHAT }).typing, null);
  assert.equal(reduce(typing, frame([item(1)])).typing, null);
});

test("another agent's line with the same client id is a line of its own", () => {
  const agent = create({ chat: CHAT, me: "agent", last: 0 });
  const state = play(agent, frame([item(1, { client_id: "same-0000001" }), item(2, { client_id: "same-0000001" })]));

  assert.deepEqual(view(state).map(({ key }) => key), ["same-0000001", "#2"]);
});

test("items without sound numbers are left out", () => {
  const state = fresh();

  assert.equal(reduce(state, frame([item("1"), item(1.5), item(2, { after: 2 }), item(null)], 0)), state);
});
