/** What the widget shows: one view at a time, its head, its launcher. Knows no chat and asks nothing. */
import { phrase } from "./phrase.js";
import { clock } from "./times.js";
import { hueOf, initials } from "./transcript.js";

export const $ = (selector) => document.querySelector(selector);
export const $$ = (selector) => document.querySelectorAll(selector);
export const put = (selector, text) => $$(selector).forEach((element) => (element.textContent = text));

const RING = 377; // the circumference of the ring

/** An element lists the views it belongs to in data-view. */
export function show(view) {
  const was = document.body.dataset.shown;
  document.body.dataset.shown = view;
  for (const part of $$("[data-view]")) part.hidden = !part.dataset.view.split(" ").includes(view);
  return was !== view;
}

export function head({ title, sub, agent, away }) {
  put("[data-title]", title);
  put("[data-sub]", sub);
  const face = $("[data-face]");
  face.hidden = !agent;
  $("[data-logo]").hidden = Boolean(agent);
  if (!agent) return;
  face.dataset.hue = hueOf(agent);
  face.firstChild.textContent = initials(agent);
  face.lastElementChild.classList.toggle("away", away);
}

/** Who waits: his place in words and as a ring, the wait he was told, what he asked and when. */
export function waits({ place, wait, created_at, instead }, words, question, texts) {
  head({ title: texts.desk, sub: texts.waiting });
  if (place) put("[data-words]", words);
  put("[data-place]", place ?? "");
  put("[data-wait]", texts[`wait${wait?.[0]}`] ?? "");
  const part = place > 1 ? 1.2 / place : 0.85;
  $("[data-ring]").setAttribute("stroke-dasharray", `${RING * Math.max(part, 0.06)} ${RING}`);
  put("[data-asked]", phrase(texts.asked, { time: clock().short(created_at) }));
  put("[data-question]", question);
  put("[data-instead]", instead ?? "");
  $("[data-offer]").hidden = !instead;
}

/** The closed widget is as large as its launcher; the page around makes room for it. */
export function launcher({ open, icon, label, count = 0, hot, pill }) {
  const button = $("[data-launch]");
  $(".wg").hidden = !open;
  button.classList.toggle("pill", pill && !open);
  button.setAttribute("aria-expanded", open);
  button.setAttribute("aria-label", label);
  $("[data-launch] use").setAttribute("href", `#i-${open ? "down" : icon}`);
  $("[data-call]").hidden = !pill || open;
  const badge = $("[data-count]");
  badge.hidden = !count || open;
  badge.textContent = count;
  badge.className = `count ${hot ? "hot" : "plain"}`;
  const { width, height } = button.getBoundingClientRect();
  return open ? { width: 428, height: 748 } : { width: width + 32, height: height + 32 };
}

/** Counts down near the limit, and says by how much a text is too long. */
export function counter(field, limit, texts) {
  const note = field.closest("form").querySelector("[data-left]");
  const left = limit - [...field.value].length; // As the server counts.
  note.hidden = left > limit / 5;
  note.classList.toggle("over", left < 0);
  note.textContent = phrase(left < 0 ? texts.over : texts.left, { n: Math.abs(left) });
  return Boolean(field.value.trim()) && left >= 0;
}
