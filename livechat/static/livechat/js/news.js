/**
 * What an agent is told of, and in which words. Pure. A new kind is one row of KINDS, its words in
 * console/notifications.py, its icon in partials/news.html and its name in models/notifications.py.
 *
 *   stays    its toast stays until it is answered or put away
 *   acts     buttons beside Open
 *   counted  its number is in the title by other means: unread lines
 *   open     not told of a chat that is on the screen
 *
 * An event is {kind, chat, name, text?}; of something that takes long also its `step` (warning,
 * breach) and how long: `n` minutes, or seconds when it is `brief`.
 */
import { phrase } from "./phrase.js";
import { spoken } from "./rows.js";

export const KINDS = {
  chat: { stays: true, acts: ["accept", "open", "later"] },
  message: { counted: true, open: true },
  given: {},
  transfer: { stays: true, acts: ["accept", "open", "later"] },
  invitation: { stays: true, acts: ["open", "later"] },
  cancelled: { open: true },
  target: {},
  conversation: {},
  assistance: { stays: true, acts: ["open", "later"] },
};

/** What can be done from the toast: a chat that stands in no list is closed to this agent. */
export const actsOf = (kind, { open, accept }) => KINDS[kind].acts?.filter((act) => ({ open, accept })[act] ?? true);

/** What a line of a chat is news of, if of anything. */
export function kindOf({ kind, author, data }) {
  if (kind === "event") return data?.code === "cancelled" ? "cancelled" : null;
  return spoken({ kind }) && author === "customer" ? "message" : null;
}

/** How long, as a sentence says it. */
export const lasting = (seconds) => (seconds < 59.5 ? { n: Math.round(seconds), brief: true } : { n: Math.round(seconds / 60) });

/** What the server says of a target. */
export function lateness({ chat, target, step, seconds }) {
  return { kind: target === "waiting" ? "target" : "conversation", chat, step, ...lasting(seconds) };
}

export const sentence = (event, texts) => phrase(texts[event.kind][event.brief ? "brief" : "title"], event);

/** One after the other, a full stop between them unless there is one. */
export function sentences(...parts) {
  const told = parts.filter(Boolean);
  return told.map((part, n) => (n === told.length - 1 || /[.?!…]$/.test(part) ? part : `${part}.`)).join(" ");
}

/** Several at once in one sentence; one alone in its own. */
export function summary(events, texts) {
  if (events.length === 1) return sentence(events[0], texts);
  const kinds = Object.keys(KINDS).filter((kind) => events.some((event) => event.kind === kind));
  return kinds.map((kind) => together(events.filter((event) => event.kind === kind), texts)).join(", ");
}

function together(events, texts) {
  const [{ kind, name }] = events;
  const n = events.length;
  const chats = new Set(events.map(({ chat }) => chat)).size;
  if (kind === "message" && chats === 1) return phrase(texts.from, { n, name });
  return n === 1 ? sentence(events[0], texts) : phrase(texts[kind].many, { n, chats });
}

/** The page's title: how much is new and, while nobody looks, what. */
export function titleOf({ n, title, short }, unread) {
  return n ? phrase(unread, { n, title: short ? `${short} - Parley` : title }) : title;
}

/** The page's icon with a number on it. */
export function iconOf(n) {
  const text = n > 9 ? "9+" : n;
  const svg =
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 28 28"><rect width="28" height="28" rx="8.5" fill="#0d657d"/>' +
    '<path d="M8.200 22.500v-10a6 6 0 0 1 6-6h.600a6 6 0 0 1 0 12h-2.600Z" fill="#fff"/>' +
    '<circle cx="19.500" cy="8.500" r="8.500" fill="#c62f2b"/><text x="19.500" y="12.800" fill="#fff" text-anchor="middle" ' +
    `font-family="sans-serif" font-weight="700" font-size="${n > 9 ? 10 : 12}">${text}</text></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}

/** Gathers what comes within `wait` ms of the first; then once `then(events)`. */
export function createGather({ wait = 2000, then, env = globalThis }) {
  let events = [];
  return (event) => {
    if (events.push(event) > 1) return;
    env.setTimeout(() => {
      const gathered = events;
      events = [];
      then(gathered);
    }, wait);
  };
}

/** What to do about gathered events. `looks`: of each tab that is looked at, the chat on its screen. */
export function decide(events, { wants, looks, desktop, sound }) {
  const fresh = events.filter(({ kind, chat }) => !(KINDS[kind].open && looks.includes(chat)));
  const heard = fresh.filter(({ kind }) => wants(kind, "sound"));
  const shown = fresh.filter(({ kind }) => wants(kind, "desktop"));
  return { sounds: sound && heard.length > 0, shows: desktop && !looks.length ? shown : [] };
}
