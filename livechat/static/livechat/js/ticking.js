/**
 * Ticks what shows a time that passes, once a second, by the server's clock.
 *
 * createTicking({now, texts, zone, onCross}) gives tick()
 *   [data-since]   how long it is since then; it turns amber at data-warning, red at data-target
 *   [data-silence] shown once its customer has waited so many seconds for an answer
 *   [data-until]   how long it is until then; amber from the last half minute on
 *   [data-zone]    what the clock says there
 *   [data-at]      a <time> as people read it, in the zone of the viewer
 *   onCross(element, seconds)   one has just turned amber or red
 */
import { phrase } from "./phrase.js";
import { clock, pageLocale, span } from "./times.js";

const SOON = 30;
const LEVELS = ["", "amber", "red"];

export function level(seconds, warning, target) {
  if (!target || seconds < warning) return "";
  return seconds < target ? "amber" : "red";
}

export function createTicking({ now, texts, zone, onCross = () => {} }) {
  const locale = pageLocale();
  const times = clock({ zone, now });
  const since = (element) => {
    const { since: begin, warning, target } = element.dataset;
    if (!begin) return;
    const seconds = Math.max(0, (now() - Date.parse(begin)) / 1000);
    const time = element.matches("time") ? element : element.querySelector("time");
    time.textContent = span(seconds);
    if (!target) return;
    const next = level(seconds, Number(warning), Number(target));
    const was = element.ticked;
    element.ticked = { begin, next };
    element.classList.toggle("amber", next === "amber");
    element.classList.toggle("red", next === "red");
    if (was && was.begin === begin && LEVELS.indexOf(was.next) < LEVELS.indexOf(next)) onCross(element, seconds); // A longer target is no news.
  };
  /** Who lets his customer wait too long reads it above the conversation. */
  const silence = (banner) => {
    const begin = document.getElementById(banner.dataset.follows)?.dataset.since;
    const seconds = begin ? (now() - Date.parse(begin)) / 1000 : 0;
    banner.hidden = seconds < Number(banner.dataset.silence);
    if (!banner.hidden) banner.querySelector("time").textContent = span(seconds);
  };
  const until = (element) => {
    const seconds = Math.max(0, Math.ceil((Date.parse(element.dataset.until) - now()) / 1000));
    element.querySelector("time").textContent = span(seconds);
    element.classList.toggle("amber", seconds <= SOON);
  };
  const there = (element) => {
    const time = new Intl.DateTimeFormat(locale, { timeZone: element.dataset.zone, timeStyle: "short" }).format(now());
    element.textContent = phrase(texts.local, { time });
  };
  const tick = () => {
    if (document.hidden) return void document.querySelectorAll("[data-target]").forEach(since); // Who turns red is told of.
    document.querySelectorAll("[data-since]").forEach(since);
    document.querySelectorAll("[data-silence]").forEach(silence);
    document.querySelectorAll("[data-until]").forEach(until);
    document.querySelectorAll("[data-zone]").forEach(there);
    document.querySelectorAll("time[data-at]").forEach((time) => times.set(time, time.dataset.at));
  };
  setInterval(tick, 1000);
  document.addEventListener("visibilitychange", tick);
  return tick;
}
