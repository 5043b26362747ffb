/**
 * What a page knows of one chat, after one more frame. Pure: no DOM, no clock, no socket.
 *
 * create({chat, me, last?})  me: "customer" or "agent"; last: 0 for a chat known from its start
 * reduce(state, frame)       the state after a frame of the server, or after a page's own:
 *   own {chat, client_id, kind, body, at} · retry, discard {chat, client_id}
 *   failed {chat, client_id, code, final} · typing.over {chat}
 *   A frame that changes nothing gives back the same object.
 * view(state)     what to draw, in order: [{key, own, state, code, final, item}]
 *                 state: sending, sent, delivered, read or failed; "" for others' lines
 * missing(state)  {after} when something is known to be missing, else null
 * earlier(state)  {before} when there is more to scroll back to, else null
 * stale(state)    true when the chat took a step that this page has not heard of: fetch it,
 *                 then reduce {type: "chat.changed", chat, version, status, epoch?}
 */
const HELD = 200;

export const create = ({ chat, me, last = null }) => ({
  chat,
  me,
  first: last, // `after` of the first line shown
  last, // seq of the last line shown
  head: last ?? 0, // how far the server says the chat has come
  items: [],
  held: [], // beyond a gap
  pending: [], // own lines that have no place yet
  version: 0, // the step this page shows
  latest: 0, // the step the server says
  epoch: null,
  status: null,
  delivered: 0,
  read: 0,
  typing: null,
});

const ON = {
  welcome: (state, { chats }) => compare(state, chats),
  heartbeat: (state, { heads }) => compare(state, heads),
  messages: (state, frame) => take(advance(state, frame), frame.items),
  ack: settle,
  refused: (state, { client_id, code, final }) =>
    final ? alter(state, client_id, { state: "failed", code, final }) : state,
  failed: (state, { client_id, code, final }) => alter(state, client_id, { state: "failed", code, final }),
  retry: (state, { client_id }) => alter(state, client_id, { state: "sending", code: "", final: false }),
  discard: (state, { client_id }) => forget(state, new Set([client_id])),
  own: send,
  receipt: (state, { delivered, read }) =>
    change(state, { delivered: Math.max(state.delivered, delivered), read: Math.max(state.read, read) }),
  typing: (state, { author, author_name }) => ({ ...state, typing: { author, author_name } }),
  "typing.over": (state) => change(state, { typing: null }),
  "chat.changed": (state, { version, status, epoch = state.epoch }) =>
    version > state.version ? { ...state, version, status, epoch, latest: Math.max(state.latest, version) } : state,
};

export function reduce(state, frame) {
  if (frame.chat !== undefined && frame.chat !== state.chat) return state;
  return Object.hasOwn(ON, frame.type) ? ON[frame.type](state, frame) : state;
}

/** The same object when nothing is new. */
function change(state, news) {
  return Object.keys(news).some((name) => state[name] !== news[name]) ? { ...state, ...news } : state;
}

function compare(state, heads) {
  return Object.hasOwn(heads, state.chat) ? advance(state, heads[state.chat]) : state;
}

function advance(state, { head, version = 0, epoch = state.epoch }) {
  const newer = version >= Math.max(state.latest, 1) ? { latest: version, epoch } : {};
  return change(state, { head: Math.max(state.head, head), ...newer });
}

const sound = ({ seq, after }) => Number.isInteger(seq) && Number.isInteger(after) && after < seq;

/** Items go to either end of what is shown; what lies beyond a gap is held. */
function take(state, frame) {
  const items = frame.filter(sound).sort((a, b) => a.seq - b.seq);
  if (!items.length) return state;
  if (state.last === null) state = { ...state, first: items[0].after, last: items[0].after };
  return append(prepend(state, items), items);
}

function prepend(state, items) {
  const before = [];
  let { first } = state;
  for (const item of [...items].reverse()) {
    if (item.seq !== first) continue;
    before.unshift(item);
    first = item.after;
  }
  return before.length ? { ...state, first, items: [...before, ...state.items] } : state;
}

function append(state, items) {
  const after = [];
  const held = [];
  let { last } = state;
  for (const item of [...state.held, ...items].sort((a, b) => a.seq - b.seq)) {
    if (item.seq <= last || item.seq === held.at(-1)?.seq) continue; // Sent twice.
    if (item.after > last) {
      held.push(item);
      continue;
    }
    after.push(item);
    last = item.seq;
  }
  const head = Math.max(state.head, last, held.at(-1)?.seq ?? 0);
  held.length = Math.min(held.length, HELD); // The rest is asked for again: the head is known.
  return place(hold(state, held, head), after, last);
}

function hold(state, held, head) {
  const same = held.length === state.held.length && held.every((item, i) => item.seq === state.held[i].seq);
  return change(state, same ? { head } : { head, held });
}

function place(state, after, last) {
  if (!after.length) return state;
  const typist = state.typing?.author;
  const typing = after.some((item) => item.author === typist) ? null : state.typing;
  const mine = after.filter((item) => item.author === state.me).map((item) => item.client_id);
  return forget({ ...state, last, typing, items: [...state.items, ...after] }, new Set(mine));
}

function forget(state, clientIds) {
  const pending = state.pending.filter((own) => !clientIds.has(own.client_id));
  return pending.length === state.pending.length ? state : { ...state, pending };
}

function alter(state, clientId, news) {
  const old = state.pending.find((own) => own.client_id === clientId);
  const now = old && change(old, news);
  if (old === now) return state;
  return { ...state, pending: state.pending.map((own) => (own === old ? now : own)) };
}

function settle(state, { client_id, seq, posted_at }) {
  const known = state.items.some((item) => item.seq === seq);
  const next = known
    ? forget(state, new Set([client_id]))
    : alter(state, client_id, { state: "sent", code: "", final: false, seq, posted_at });
  return change(next, { head: Math.max(state.head, seq) });
}

/** An own line stays where it was written until it has its place: it moves at most once. */
function send(state, { client_id, kind, body, at }) {
  const mine = (own) => own.client_id === client_id;
  if (state.pending.some(mine)) return state;
  if (state.items.some((item) => mine(item) && item.author === state.me)) return state;
  const own = { client_id, kind, body, at, state: "sending", code: "", final: false, anchor: state.last ?? 0 };
  return { ...state, pending: [...state.pending, own] };
}

export function view(state) {
  const waiting = [...state.pending];
  const keys = new Set();
  const rows = [];
  const flush = (seq) => {
    while (waiting.length && waiting[0].anchor < seq) rows.push(pendingRow(state, waiting.shift()));
  };
  for (const item of state.items) {
    flush(item.seq);
    rows.push(itemRow(state, item, keys));
  }
  flush(Infinity);
  return rows;
}

function itemRow(state, item, keys) {
  const own = item.author === state.me;
  const mine = own && !keys.has(item.client_id); // Another agent may have used the same id.
  if (mine) keys.add(item.client_id);
  return { key: mine ? item.client_id : `#${item.seq}`, own, state: own ? progress(state, item) : "", item };
}

function pendingRow({ me }, { client_id, kind, body, at, posted_at = at, state, code, final }) {
  const item = { client_id, kind, body, author: me, author_name: "", data: {}, posted_at };
  return { key: client_id, own: true, state, code, final, item };
}

function progress({ delivered, read }, { seq }) {
  if (seq <= read) return "read";
  return seq <= delivered ? "delivered" : "sent";
}

export function missing({ last, head }) {
  return last !== null && head > last ? { after: last } : null;
}

export const stale = ({ latest, version }) => latest > version;

export const earlier = ({ first }) => (first ? { before: first + 1 } : null);
