/**
 * What the widget shows beside a chat: what is out of order, the customer's own tickets, one of them, a
 * ticket that he leaves. Imported when there is no chat to show, or nobody comes.
 *
 * draw(widget)              alerts, tickets and suggestions, as they are now
 * hear(widget)              of hours, alerts and own tickets, while the page is seen
 * left(widget, ticket)      he has left one
 * instead(widget)           he leaves one, and waits no longer
 * read(widget, message)     he opens the article of a message
 */
import { createAnswers } from "./answers.js";
import { fill, part } from "./parts.js";
import { phrase } from "./phrase.js";
import { suggest } from "./suggestions.js";
import { clock } from "./times.js";

const PAGE = 20;
const FRESH = 30_000; // so long tickets are not asked for again without news
const RECENT = 3000; // asked for while the socket opened
const SOON = 200; // several news at once are one question
const NEAR = 48; // pixels from the end
const COMMENTS = 100; // at a time
const COLOURS = { open: "accent", pending: "warn", resolved: "ok" };
const all = (selector) => document.querySelectorAll(selector);
const one = (selector) => document.querySelector(selector);
const times = clock();
let told = "[]";
let shown = { token: null, at: 0 };
let listed = '{"rows":[]}';
let many = 1; // a page at least
let asked = 0;
let known = null; // whose token the socket was opened with
let due = null;

const colour = (chip, stage) => (chip.className = `chip ${COLOURS[stage] ?? ""}`);

export function draw(widget) {
  const { alerts } = widget.hours;
  suggest(widget);
  if (JSON.stringify(alerts) !== told) for (const place of all("[data-alerts]")) place.replaceChildren(...alerts.map(({ title, text }) => part("alert", { title, text })));
  told = JSON.stringify(alerts);
  const { token } = widget.customer.known;
  if (token === shown.token && Date.now() - shown.at < FRESH) return;
  shown = { token, at: Date.now() };
  fetchOwn(widget);
}

async function fetchOwn(widget) {
  const mine = (asked += 1);
  const { token } = widget.customer.known;
  const found = token ? await tickets(widget.customer, many) : { rows: [] };
  if (mine !== asked) return; // Asked for again meanwhile.
  if (!found || token !== widget.customer.known.token) return void (shown.at = 0);
  if (JSON.stringify(found) === listed) return;
  listed = JSON.stringify(found);
  for (const place of all("[data-own]")) list(widget, place, found);
}

/** The newest, page by page, until there are so many; null when one could not be had. */
async function tickets(customer, wanted) {
  const rows = [];
  let path = `?limit=${PAGE}`;
  while (path && rows.length < wanted) {
    const { ok, data } = await customer.call("GET", `tickets/${path}`);
    if (!ok) return null;
    rows.push(...data.results);
    path = data.next && new URL(data.next).search;
  }
  return { rows, more: Boolean(path) };
}

/** Who asked for older ones goes on at the first of them. */
async function older(widget, place) {
  const { rows } = JSON.parse(listed);
  many = rows.length + PAGE;
  await fetchOwn(widget);
  place.querySelectorAll("[data-id]")[rows.length]?.focus();
}

/** Whoever is on one of them with the keyboard stays there. */
function list(widget, place, { rows, more }) {
  const held = place.contains(document.activeElement) && document.activeElement.dataset.id;
  place.hidden = !rows.length;
  place.querySelector("[data-own-rows]").replaceChildren(...rows.map((ticket) => row(widget, ticket)));
  const button = place.querySelector("[data-own-older]");
  button.hidden = !more;
  button.onclick = () => older(widget, place);
  if (held) place.querySelector(`[data-id="${held}"]`)?.focus();
}

function row(widget, ticket) {
  const { id, number, summary, status, stage } = ticket;
  const made = part("own", { number, summary, status });
  made.dataset.id = id;
  colour(made.querySelector(".chip"), stage);
  made.addEventListener("click", () => open(widget, ticket));
  return made;
}

export async function read(widget, { body, data }) {
  const { chat } = widget;
  const { open: show } = await import("./reader.js");
  show(widget, { ...data, title: body }, chat.id);
}

// --- News ----------------------------------------------------------------------------------------

const inside = () => document.body.dataset.shown === "ticket";

/** Called again and again: what the socket lost is made good. */
export function hear(widget) {
  const { company, customer } = widget;
  const { token } = customer.known;
  if (token !== known) widget.ear = widget.ear?.close();
  known = token;
  if (widget.chat || !widget.open || document.hidden) return; // Since this was asked for.
  widget.ear ??= widget.connect({ url: "/ws/company/", hello: () => ({ company, token }), onFrame: (frame) => news(widget, frame) });
  if (inside() && Date.now() - opened.at >= FRESH) load();
  if (document.body.dataset.shown === "left") draw(widget);
}

function news(widget, { type, ticket }) {
  if (type === "welcome" && Date.now() - shown.at > RECENT) renew(widget);
  else if (type === "ticket.changed") renew(widget, ticket);
  else if (/changed/.test(type)) setTimeout(() => widget.check(), Math.random() * 1000); // Not all pages at once.
}

function renew(widget, id = opened?.ticket.id) {
  shown.at = 0; // Also for when the list is seen again.
  if (inside() && id !== opened.ticket.id) return;
  due ??= setTimeout(() => {
    due = null;
    if (inside()) load();
    else draw(widget);
  }, SOON);
}

// --- Left by him ---------------------------------------------------------------------------------

export async function left(widget, ticket) {
  for (const place of all("[data-left-ticket]")) place.textContent = phrase(widget.texts.left_ticket, { number: ticket.number });
  shown.at = 0;
  widget.show("left");
  draw(widget);
  widget.check(); // From now on there is a ticket to hear of.
  widget.look();
  widget.focus();
}

export async function instead(widget) {
  const { chat } = widget;
  const { ok, data } = await widget.customer.call("POST", `chats/${chat.id}/ticket/`, {});
  if (widget.chat?.id !== chat.id) return; // Told of anew meanwhile, it is the same.
  if (!ok) {
    for (const place of all("[data-fault]")) place.textContent = data.detail ?? widget.texts.unreachable;
    return void widget.refresh();
  }
  widget.customer.remember({ chat: null, seen: 0 });
  widget.leave();
  left(widget, { number: data.ticket });
}

// --- One ticket ----------------------------------------------------------------------------------

const form = one("[data-own-ticket]");
const button = form.querySelector(".primary");
let answers = null;
/** Of the ticket that is open: itself, and what stands on the page of it. */
let opened = null;

form.addEventListener("submit", (event) => {
  event.preventDefault();
  event.stopPropagation(); // The widget's own forms are sent elsewhere.
  send();
});
form.addEventListener("input", () => {
  answers.write(opened.ticket.id, form.comment.value);
  ready();
});
form.querySelector("[data-back]").addEventListener("click", () => {
  const { widget } = opened;
  opened = null;
  widget.ask();
  widget.focus();
});

const earlier = form.querySelector("[data-earlier]");
earlier.addEventListener("click", async () => {
  const body = form.querySelector(".wg__body");
  const below = body.scrollHeight - body.scrollTop;
  opened.most += COMMENTS;
  await load();
  body.scrollTop = body.scrollHeight - below; // What was read stays where it was.
});

async function open(widget, ticket) {
  const { customer, tab, makeClientId: makeId } = widget;
  answers ??= createAnswers({ tab, makeId, call: (...request) => customer.call(...request) });
  opened = { widget, ticket, most: COMMENTS, comments: [], said: [], filed: [], turn: 0, at: Date.now(), loaded: false, sending: false };
  for (const place of form.querySelectorAll("[data-said], [data-filed]")) place.replaceChildren();
  for (const part of [form.querySelector("[data-nothing]"), form.querySelector("[data-filed]"), earlier]) part.hidden = true;
  times.set(form.querySelector('[data-slot="opened"]'), ticket.created_at);
  title(ticket);
  take();
  wrong("");
  widget.show("ticket");
  widget.focus();
  await load();
}

/** As it is now. What he is writing stays. */
async function load() {
  const mine = opened;
  const { widget, ticket } = mine;
  const turn = (mine.turn += 1);
  const { ok, data } = await widget.customer.call("GET", `tickets/${ticket.id}/?comments=${mine.most}`);
  if (opened !== mine || mine.turn !== turn) return;
  if (!mine.loaded) wrong(ok ? "" : (data.detail ?? widget.texts.unreachable));
  if (!ok) return;
  title(data);
  file(data.files);
  say(data.comments);
  earlier.hidden = !data.earlier;
  Object.assign(mine, { at: Date.now(), loaded: true });
  answers.settle(ticket.id, data.comments);
  take();
}

function title({ number, summary, status, stage }) {
  fill(form, { number, summary, status });
  colour(form.querySelector(".chip"), stage);
}

/** What was written in this tab and does not stand there yet. */
function take() {
  const text = answers.written(opened.ticket.id);
  if (form.comment.value !== text) form.comment.value = text;
  ready();
}

const ready = () => (button.disabled = opened.sending || !form.comment.value.trim());
const wrong = (text) => (one("[data-wrong]").textContent = text);

/** Adds what is new at the end. What stands is left alone: it may be marked, or just be read out. */
function grow(place, before, items, make) {
  const keys = items.map((item) => JSON.stringify(item));
  while (before.length && before[0] !== keys[0]) {
    before.shift();
    place.firstElementChild.remove();
  }
  place.append(...items.slice(before.length).map(make));
  before.push(...keys.slice(before.length));
}

/** Whoever looks at the end goes on looking there. */
function say(comments) {
  const body = form.querySelector(".wg__body");
  const follow = opened.loaded && body.scrollHeight - body.scrollTop - body.clientHeight < NEAR;
  grow(form.querySelector("[data-said]"), opened.said, comments, comment);
  opened.comments = comments;
  form.querySelector("[data-nothing]").hidden = comments.length;
  if (follow) body.scrollTop = body.scrollHeight;
}

function comment({ name, body, posted_at: at, own }) {
  const made = part("comment", { name: own ? opened.widget.texts.you : name, body });
  times.set(made.querySelector("time"), at);
  made.classList.toggle("own", own);
  return made;
}

async function file(files) {
  const mine = opened;
  if (!files.length) return;
  const { show } = await import("./files.js");
  if (opened !== mine) return;
  const { customer } = mine.widget;
  const read = (url) => fetch(url, { headers: { Authorization: `Customer ${customer.known.token}` }, credentials: "omit", cache: "no-store" });
  const place = form.querySelector("[data-filed]");
  grow(place, mine.filed, files, (data) => {
    const made = part("file", { name: data.name });
    show(made, data, { address: (id) => `/files/${id}/`, read });
    return made;
  });
  place.hidden = false;
}

async function send() {
  const mine = opened;
  const { widget, ticket } = mine;
  if (button.disabled) return;
  mine.sending = true;
  ready();
  const { ok, data } = await answers.send(ticket.id, form.comment.value);
  mine.sending = false;
  if (opened !== mine) return;
  wrong(ok ? "" : (data.detail ?? widget.texts.unreachable));
  const news = ok && data && !mine.comments.some(({ client_id: id }) => id === data.client_id); // The socket may be faster.
  if (news) say([...mine.comments, data]);
  if (news) form.querySelector("[data-said]").lastElementChild.scrollIntoView({ block: "nearest" });
  take();
  form.comment.focus();
}
