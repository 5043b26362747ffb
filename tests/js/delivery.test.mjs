/** The checkers C1 to C5 over random interleavings: frames lost, repeated and out of order. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { create, missing, reduce, view } from "../../livechat/static/livechat/js/conversation.js";
import { seeded } from "./prng.mjs";
import { CHAT, frame, Store } from "./wire.mjs";

const RUNS = 300;

/** Posts lines of both sides; hands each frame to the page late, twice or never. */
function disturbed(seed, { me, hidden }) {
  const { below, random, shuffle } = seeded(seed);
  const store = new Store({ hidden });
  const history = [];
  let state = create({ chat: CHAT, me, last: 0 });
  let air = [];
  const hear = (news) => {
    state = reduce(state, news);
    history.push(view(state));
  };
  const fly = (news) => {
    for (let copies = below(3); copies > 0; copies -= 1) air.push(news);
  };
  for (let n = 0; n < 40; n += 1) {
    const client_id = `run-${seed}-${String(n).padStart(6, "0")}`;
    const author = random() < 0.5 ? me : me === "customer" ? "agent" : "customer";
    const kind = author === "agent" && random() < 0.3 ? "note" : "reply";
    if (author === me) hear({ type: "own", chat: CHAT, client_id, kind, body: `${n}`, at: "2026-01-05T10:00:00Z" });
    const acked = store.post({ client_id, author, kind, body: `${n}` });
    if (author === me) fly(acked);
    const row = store.heard().at(-1);
    if (row?.client_id === client_id) fly(frame([row], store.head));
    if (random() < 0.1) fly(store.history({ after: below(n + 1) }));
    air = shuffle(air);
    while (air.length > below(12)) hear(air.pop());
  }
  return { state, store, history, hear };
}

function heal({ state, store, hear }) {
  let now = reduce(state, { type: "heartbeat", heads: { [CHAT]: { head: store.head, version: 1 } } });
  for (let gap = missing(now); gap; gap = missing(now)) {
    const answer = store.history({ ...gap, limit: 7 });
    hear(answer);
    now = reduce(now, answer);
  }
  return now;
}

const AUDIENCES = {
  customer: { me: "customer", hidden: (row) => row.kind === "note" },
  agent: { me: "agent", hidden: () => false },
};

for (const [name, audience] of Object.entries(AUDIENCES)) {
  test(`C3: the ${name} sees lines once and in order at every moment`, () => {
    for (let seed = 0; seed < RUNS; seed += 1) {
      const { history } = disturbed(seed, audience);
      for (const rows of history) {
        const seqs = rows.map((row) => row.item.seq).filter(Number.isInteger);
        assert.deepEqual(seqs, [...new Set(seqs)].sort((a, b) => a - b), `seed ${seed}`);
      }
    }
  });

  test(`C3: the ${name} never sees a line whose predecessor is missing`, () => {
    for (let seed = 0; seed < RUNS; seed += 1) {
      const { state, store } = disturbed(seed, audience);
      const shown = state.items.map(({ seq }) => seq);
      assert.deepEqual(shown, store.heard().slice(0, shown.length).map(({ seq }) => seq), `seed ${seed}`);
    }
  });

  test(`C1, C2, C4: healed, the ${name} sees exactly what is stored`, () => {
    for (let seed = 0; seed < RUNS; seed += 1) {
      const run = disturbed(seed, audience);
      const state = heal(run);
      const shown = view(state).map(({ item }) => [item.seq, item.body]);
      assert.deepEqual(shown, run.store.heard().map(({ seq, body }) => [seq, body]), `seed ${seed}`);
    }
  });

  test(`C5: the ${name}'s refused line is never shown as sent`, () => {
    for (let seed = 0; seed < RUNS; seed += 1) {
      const { state } = disturbed(seed, audience);
      const client_id = "refused-000001";
      const own = { type: "own", chat: CHAT, client_id, kind: "reply", body: "No", at: "2026-01-05T10:00:00Z" };
      const no = { type: "refused", client_id, code: "chat_ended", detail: "", final: true };
      const last = view([own, no].reduce(reduce, state)).find(({ key }) => key === client_id);
      assert.deepEqual([last.state, last.final], ["failed", true], `seed ${seed}`);
    }
  });

  test(`each line of the ${name} moves at most once`, () => {
    for (let seed = 0; seed < RUNS; seed += 1) {
      const { history } = disturbed(seed, audience);
      for (const [key, moves] of movesOf(history)) assert.ok(moves <= 1, `seed ${seed}, ${key} moved ${moves} times`);
    }
  });
}

/** A line moves when a line above it is now below it, or the other way round, and it is the one that settled. */
function movesOf(history) {
  const moves = new Map();
  for (let i = 1; i < history.length; i += 1) {
    const before = new Map(history[i - 1].map((row) => [row.key, row]));
    const kept = history[i].filter((row) => before.has(row.key));
    const settled = kept.filter((row) => Number.isInteger(row.item.seq) && !Number.isInteger(before.get(row.key).item.seq));
    const rest = (rows) => rows.filter((row) => !settled.some((own) => own.key === row.key)).map((row) => row.key);
    assert.deepEqual(rest(kept), rest(history[i - 1].filter((row) => kept.some((own) => own.key === row.key))));
    for (const row of settled) moves.set(row.key, (moves.get(row.key) ?? 0) + 1);
  }
  return moves;
}
