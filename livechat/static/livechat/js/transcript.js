/**
 * Draws the lines of a chat. The markup is the page's: <template data-part="…"> are cloned and
 * their slots filled with text.
 *
 * createTranscript(stream, {root?, locale?, now?, zone?, person?, nobody?, onFile?, onAct?})
 *   stream   the scroller; its lines go into its first element child
 *   root     where the templates are (the document)
 *   zone     of the times; the browser's without one · person: id whose hue others' faces take
 *   nobody   what somebody without a name is called
 *   onFile(element, data)   of a slot `file`: see files.js
 *   onAct(act, client_id, item)   a [data-act] in a line was used: retry, discard, copy, …
 * gives draw(rows, {typing?, unread?, self?})   rows of conversation.view(); unread: seq last read; self:
 *   the reader's name, where others speak on his side too
 *
 * Parts: group, group.own, group.colleague · reply, note, article, file (by kind), image (a file that is one) · event, event.<code> · error · day,
 *   unread, typing · meta.received, .sending, .sent, .delivered, .read, .failed
 * Slots: body, title (the body without links), time, name, first (of the name), avatar, label, and any name in an item's data. A [data-when] stays only
 *   if it lists the refusal's code, or `final` or `passing`. A [data-label] becomes the aria-label.
 */
import { fill } from "./links.js";
import { clock } from "./times.js";

const GROUP = 180_000;
const NEAR = 48;

export const createTranscript = (stream, options = {}) => new Transcript(stream, options);

/** The hue of a person's avatar, by public id: the same on the server. */
export function hueOf(id) {
  let hash = 0x811c9dc5;
  for (const letter of id) hash = Math.imul(hash ^ letter.codePointAt(0), 0x01000193) >>> 0;
  return ((hash % 72) * 35) % 360;
}

export function initials(name) {
  const words = name.split(/\s+/).filter(Boolean);
  const chosen = words.length > 1 ? [words[0], words.at(-1)] : words;
  return chosen.map((word) => Array.from(word)[0].toLocaleUpperCase()).join("");
}

/** What stands where: pure, so that it can be tested without a page. */
export function arrange(rows, { dayOf, unread = null, typing = null, self = "" } = {}) {
  const blocks = [];
  let day;
  let marked = unread === null;
  for (const row of rows) {
    const today = dayOf?.(row.item.posted_at);
    if (day !== undefined && today !== day) blocks.push({ key: `day ${today}`, part: "day", rows: [row] });
    day = today;
    if (!marked && !row.own && row.item.seq > unread) {
      const count = rows.filter(({ own, item }) => !own && item.seq > unread && item.kind !== "event").length;
      blocks.push({ key: "unread", part: "unread", rows: [row], count });
      marked = true;
    }
    const group = blocks.at(-1);
    if (group?.part === "group" && joins(group.rows, row, self)) group.rows.push(row);
    else blocks.push({ key: `block ${row.key}`, part: partOf(row), rows: [row], own: row.own, colleague: isColleague(row, self) });
  }
  if (typing) blocks.push({ key: "typing", part: "typing", rows: [], name: typing.author_name });
  return blocks;
}

/** Two agents may have one name; a line of this page's own that is not stored yet has none. */
const whose = ({ own, item }, self) => item.author_id ?? (own ? self : item.author_name);

/** A line of this side that another agent wrote. */
const isColleague = (row, self) => Boolean(row.own && self && whose(row, self) !== self);

const partOf = ({ item }) => (["event", "note"].includes(item.kind) ? item.kind : "group");

function joins(rows, row, self) {
  const [first, last] = [rows[0], rows.at(-1)];
  if (partOf(row) !== "group" || row.own !== last.own || "failed" === row.state || "failed" === last.state) return false;
  if (Date.parse(row.item.posted_at) - Date.parse(first.item.posted_at) > GROUP) return false;
  return whose(first, self) === whose(row, self) && first.item.author === row.item.author;
}

class Transcript {
  constructor(stream, { root = document, locale, now, zone, person, nobody, onFile, onAct = () => {} }) {
    Object.assign(this, { stream, person, nobody, onFile });
    this.inner = stream.firstElementChild;
    this.parts = new Map([...root.querySelectorAll("template[data-part]")].map((part) => [part.dataset.part, part]));
    this.times = clock({ locale, now, zone });
    this.nodes = new Map(); // key → {node, mark}
    this.known = new Set();
    stream.style.overflowAnchor = "none";
    stream.addEventListener("click", ({ target }) => {
      const button = target.closest("[data-act]");
      const row = this.rows?.find(({ key }) => key === button?.closest("[data-key]")?.dataset.key);
      if (row) onAct(button.dataset.act, row.item.client_id, row.item);
    });
  }

  draw(rows, { typing = null, unread = null, self = "" } = {}) {
    this.rows = rows;
    const stay = this.hold();
    const used = new Map();
    const blocks = arrange(rows, { dayOf: this.times.day, unread, typing, self });
    const nodes = blocks.map((block) => this.guard(block.key, used, () => this.block(block, used)));
    this.nodes = used;
    sync(this.inner, nodes);
    this.mark(rows);
    stay();
  }

  /** One line that cannot be drawn says so and does not stop the rest. */
  guard(key, used, make) {
    try {
      return make();
    } catch (error) {
      console.error(error);
      return this.keep(`error ${key}`, "", used, () => this.clone("error"));
    }
  }

  /** The node that was there, unless something about it has changed. */
  keep(key, mark, used, make) {
    const old = this.nodes.get(key);
    const kept = old?.mark === mark ? old : { node: make(old?.node), mark };
    used.set(key, kept);
    return kept.node;
  }

  clone(...names) {
    const name = names.find((one) => this.parts.has(one)) ?? "error";
    return document.importNode(this.parts.get(name).content, true).firstElementChild;
  }

  block({ key, part, rows, own, colleague, count, name }, used) {
    if (part === "group") return this.group(key, rows, own ? `group.${colleague ? "colleague" : "own"}` : "group", used);
    const { item, state, key: id } = rows[0] ?? { item: { data: {}, author_name: name } };
    const label = part === "day" ? this.times.label(item.posted_at) : count;
    const time = item.posted_at;
    const mark = [item.body, item.author_name, label, time && this.times.short(time)].join();
    const values = { ...item.data, body: item.body, name: item.author_name, time, label };
    const node = this.keep(key, mark, used, () => this.filled(this.clone(part === "event" ? `event.${item.data.code}` : part, part), values));
    if (id) node.dataset.key = id;
    if (part === "note") {
      node.querySelector(":scope > .grp__meta")?.remove();
      if (state === "sending" || state === "failed") node.append(this.meta(rows[0], used));
    }
    return node;
  }

  group(key, rows, part, used) {
    const last = rows.at(-1);
    const { author_name: name } = rows[0].item;
    const node = this.keep(key, `${part} ${name}`, used, () => this.filled(this.clone(part), { name }));
    const lines = rows.map((row) => this.guard(row.key, used, () => this.line(row, used)));
    node.dataset.key = last.key;
    sync(node, [...node.querySelectorAll(":scope > :is([data-slot=avatar], [data-slot=name])"), ...lines, this.meta(last, used)]);
    return node;
  }

  line({ key, item, state }, used) {
    const values = { ...item.data, body: item.body, title: item.body };
    const node = this.keep(`line ${key}`, item.body, used, () => this.filled(this.clone(item.data.image ? "image" : item.kind), values));
    node.classList.toggle("pending", state === "sending");
    node.classList.toggle("fail", state === "failed");
    node.dataset.key = key;
    return node;
  }

  meta({ key, state, code, final, item }, used) {
    const time = item.posted_at;
    const mark = [state, code, final, this.times.short(time)].join();
    return this.keep(`meta ${key}`, mark, used, (old) => {
      const node = this.filled(this.clone(`meta.${state || "received"}`), { time, name: item.author_name, first: item.author_name.split(" ")[0] });
      for (const choice of node.querySelectorAll("[data-when]")) {
        const when = choice.dataset.when.split(" ");
        if (!when.includes(code) && !when.includes(final ? "final" : "passing")) choice.remove();
      }
      if (old?.contains(document.activeElement)) queueMicrotask(() => focusOn(node));
      return node;
    });
  }

  filled(node, values) {
    const named = values.name || !this.nobody ? values : { ...values, name: this.nobody, first: this.nobody };
    for (const slot of [node, ...node.querySelectorAll("[data-slot], [data-label]")]) this.slot(slot, named);
    return node;
  }

  slot(element, values) {
    const { slot, label, text } = element.dataset;
    const value = Object.hasOwn(values, slot) ? values[slot] : null;
    if (label) element.setAttribute("aria-label", label.replace("{name}", () => values.name));
    if (slot === "avatar") {
      element.dataset.hue = hueOf(this.person ?? values.name);
      element.textContent = initials(values.name);
    } else if (slot === "file") this.onFile(element, values);
    else if (slot === "time") this.times.set(element, value);
    else if (!["string", "number"].includes(typeof value)) return;
    else if (slot === "body") fill(element, String(value));
    else element.textContent = text?.replace("{n}", () => value) ?? value;
  }

  /** Lines that come below the known ones fade in. */
  mark(rows) {
    const known = this.known;
    const latest = rows.findLastIndex(({ key }) => known.has(key));
    this.known = new Set(rows.map(({ key }) => key));
    if (!known.size) return;
    for (const { key } of rows.slice(latest + 1)) {
      const node = this.nodes.get(`line ${key}`)?.node ?? this.nodes.get(`block ${key}`)?.node;
      node?.classList.add("is-new");
      node?.addEventListener("animationend", () => node.classList.remove("is-new"), { once: true });
    }
  }

  /** Who has scrolled up keeps seeing what he reads. */
  hold() {
    const { stream, inner } = this;
    const top = stream.getBoundingClientRect().top;
    const away = Math.abs(stream.scrollTop) > NEAR;
    const anchor = away && [...inner.children].find((node) => node.getBoundingClientRect().bottom > top);
    if (!anchor) return () => void (stream.scrollTop = 0);
    const before = anchor.getBoundingClientRect().top;
    return () => {
      if (anchor.isConnected) stream.scrollTop += anchor.getBoundingClientRect().top - before;
    };
  }
}

function focusOn(node) {
  node.tabIndex = -1;
  node.focus();
}

/** Makes these the children, and touches only what is not in place. */
function sync(parent, nodes) {
  const wanted = new Set(nodes);
  for (const child of [...parent.childNodes]) if (!wanted.has(child)) child.remove();
  let at = parent.firstChild;
  for (const node of nodes) {
    if (node === at) at = at.nextSibling;
    else parent.insertBefore(node, at);
  }
}
