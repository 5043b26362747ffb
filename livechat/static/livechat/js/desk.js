/**
 * What the widget shows beside a chat: what is out of order, the customer's own tickets, a ticket
 * that he leaves. Imported when there is no chat to show, or nobody comes.
 *
 * draw(widget)              alerts and tickets, as they are now
 * left(widget, ticket)      he has left one
 * instead(widget)           he leaves one, and waits no longer
 */
import { phrase } from "./phrase.js";
import { clock } from "./times.js";

const FRESH = 30_000; // so long tickets are not asked for again
const COLOURS = { open: "accent", pending: "warn", resolved: "ok" };
const all = (selector) => document.querySelectorAll(selector);
const one = (selector) => document.querySelector(selector);
const times = clock();
let told = "[]";
let shown = { token: null, at: 0 };
let opened = null;

/** A clone of a template, its slots filled in. */
function part(name, texts) {
  const made = one(`template[data-part="${name}"]`).content.cloneNode(true).firstElementChild;
  fill(made, texts);
  return made;
}

function fill(node, texts) {
  for (const [slot, text] of Object.entries(texts)) {
    const place = node.querySelector(`[data-slot="${slot}"]`);
    place.textContent = text;
    place.hidden = !text;
  }
}

const colour = (chip, stage) => (chip.className = `chip ${COLOURS[stage] ?? ""}`);

export function draw(widget) {
  const { alerts } = widget.hours;
  if (JSON.stringify(alerts) !== told) for (const place of all("[data-alerts]")) place.replaceChildren(...alerts.map(({ title, text }) => part("alert", { title, text })));
  told = JSON.stringify(alerts);
  const { token } = widget.customer.known;
  if (token === shown.token && Date.now() - shown.at < FRESH) return;
  shown = { token, at: Date.now() };
  fetchOwn(widget);
}

async function fetchOwn(widget) {
  const { token } = widget.customer.known;
  const answer = token ? await widget.customer.call("GET", "tickets/?limit=20") : { ok: true, data: { results: [] } };
  if (!answer.ok || token !== widget.customer.known.token) return void (shown.at = 0);
  const { results } = answer.data;
  for (const place of all("[data-own]")) {
    place.hidden = !results.length;
    place.querySelector("[data-own-rows]").replaceChildren(...results.map((ticket) => row(widget, ticket)));
  }
}

function row(widget, ticket) {
  const { number, summary, status, stage } = ticket;
  const made = part("own", { number, summary, status });
  colour(made.querySelector(".chip"), stage);
  made.addEventListener("click", () => open(widget, ticket));
  return made;
}

export async function left(widget, ticket) {
  for (const place of all("[data-left-ticket]")) place.textContent = phrase(widget.texts.left_ticket, { number: ticket.number });
  shown.at = 0;
  widget.show("left");
  draw(widget);
  widget.look();
  widget.focus();
}

export async function instead(widget) {
  const { chat } = widget;
  const { ok, data } = await widget.customer.call("POST", `chats/${chat.id}/ticket/`, {});
  if (widget.chat !== chat) return;
  if (!ok) {
    for (const place of all("[data-fault]")) place.textContent = data.detail ?? widget.texts.unreachable;
    return void widget.refresh();
  }
  widget.customer.remember({ chat: null, seen: 0 });
  widget.leave();
  left(widget, { number: data.ticket });
}

// --- One ticket ----------------------------------------------------------------------------------

const kept = ({ id }) => `comment.${id}`;

async function open(widget, ticket) {
  const form = one("[data-own-ticket]");
  const { number, summary, status, stage, created_at: at } = ticket;
  fill(form, { number, summary, status });
  colour(form.querySelector(".chip"), stage);
  times.set(form.querySelector('[data-slot="opened"]'), at);
  if (!opened) listen(form);
  opened = { widget, ticket };
  form.comment.value = widget.tab.get(kept(ticket)) ?? "";
  ready(form);
  say(form, []);
  wrong("");
  widget.show("ticket");
  widget.focus();
  const answer = await widget.customer.call("GET", `tickets/${ticket.id}/`);
  if (opened?.ticket !== ticket) return;
  if (!answer.ok) return wrong(answer.data.detail ?? widget.texts.unreachable);
  say(form, answer.data.comments);
}

function listen(form) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    event.stopPropagation(); // The widget's own forms are sent elsewhere.
    send(form);
  });
  form.addEventListener("input", () => {
    opened.widget.tab.set(kept(opened.ticket), form.comment.value);
    ready(form);
  });
  form.querySelector("[data-back]").addEventListener("click", () => {
    opened.ticket = null;
    opened.widget.ask();
    opened.widget.focus();
  });
}

const ready = (form) => (form.querySelector(".primary").disabled = !form.comment.value.trim());
const wrong = (text) => (one("[data-wrong]").textContent = text);

function say(form, comments) {
  const stream = form.querySelector("[data-said]");
  stream.replaceChildren(...comments.map(comment));
  form.querySelector("[data-nothing]").hidden = Boolean(comments.length);
}

function comment({ name, body, posted_at: at, own }) {
  const made = part("comment", { name: own ? opened.widget.texts.you : name, body });
  times.set(made.querySelector("time"), at);
  made.classList.toggle("own", own);
  return made;
}

async function send(form) {
  const { widget, ticket } = opened;
  const body = form.comment.value;
  const button = form.querySelector(".primary");
  if (button.disabled) return;
  button.disabled = true;
  const { ok, data } = await widget.customer.call("POST", `tickets/${ticket.id}/comments/`, { body });
  if (opened.ticket !== ticket) return;
  wrong(ok ? "" : (data.detail ?? widget.texts.unreachable));
  if (ok) {
    form.comment.value = "";
    widget.tab.set(kept(ticket), "");
    form.querySelector("[data-said]").append(comment(data));
    form.querySelector("[data-nothing]").hidden = true;
    shown.at = 0;
  }
  ready(form);
  form.comment.focus();
}
