/**
 * Notices at the edge of the page, at most three. They last 5 s, longer under the pointer, with the
 * focus and while nobody sees the page; some stay.
 *
 * createNotices(place, {plain, news}, {onAccept(chat)}) gives
 *   notice(text)   a sentence · hang(toast)   a passing notice that an answer brought
 *   show({key, kind, chat, href, title, text, acts, stays, step, wait, person, single})   news, in the place of its
 *                  key's last; without href there is nothing to open
 *   drop(key) · sweep(keep(toast))   without those that are over
 *   close()        the newest; false when there is none
 */
const SECONDS = 5;
const MOST = 3;

export const createNotices = (...args) => new Notices(...args);

class Notices {
  constructor(place, templates, { onAccept }) {
    Object.assign(this, { place, templates, onAccept });
    [...place.children].forEach((toast) => this.fade(toast));
    place.addEventListener("click", (event) => this.click(event));
    place.addEventListener("keydown", (event) => this.key(event));
    place.addEventListener("focusin", ({ relatedTarget: from }) => {
      if (from && !place.contains(from)) this.from = from;
    });
  }

  fade(toast) {
    const over = () => (document.hidden || toast.matches(":hover, :focus-within") ? this.later(toast, over, 1) : toast.remove());
    this.later(toast, over, SECONDS);
  }

  later(toast, then, seconds) {
    clearTimeout(toast.timer);
    toast.timer = setTimeout(then, seconds * 1000);
  }

  put(toast) {
    this.place.append(toast);
    const all = [...this.place.children];
    const passing = all.find((one) => one !== toast && !("stays" in one.dataset) && !one.contains(document.activeElement));
    if (all.length > MOST) (passing ?? all[0]).remove();
  }

  notice(text) {
    const toast = this.templates.plain.content.cloneNode(true).firstElementChild;
    toast.querySelector("b").textContent = text;
    this.hang(toast);
  }

  hang(toast) {
    this.put(toast);
    this.fade(toast);
  }

  show({ key, stays, ...news }) {
    const old = this.find(key);
    const toast = old ?? this.templates.news.content.cloneNode(true).firstElementChild;
    if (!old) fill(toast, news);
    Object.assign(toast.dataset, { key, step: news.step ?? "" });
    toast.querySelector(".toast__open").textContent = news.title;
    toast.querySelector("p").textContent = news.text ?? "";
    if (!old) this.put(toast);
    if (stays) toast.dataset.stays = "";
    else this.fade(toast);
  }

  find(key) {
    return [...this.place.children].find(({ dataset }) => dataset.key === key);
  }

  drop(key) {
    this.remove(this.find(key));
  }

  /** The focus goes back where it came from. */
  remove(toast) {
    const focused = toast?.contains(document.activeElement);
    toast?.remove();
    if (focused && this.from?.isConnected) this.from.focus();
  }

  sweep(keep) {
    [...this.place.children].filter((toast) => toast.dataset.key && !keep(toast.dataset)).forEach((toast) => this.remove(toast));
  }

  close() {
    const toast = this.place.lastElementChild;
    this.remove(toast);
    return Boolean(toast);
  }

  click({ target }) {
    const toast = target.closest(".toast");
    const act = target.closest("[data-act]")?.dataset.act;
    if (act === "accept") this.onAccept(toast.dataset.chat);
    else if (act === "later") this.remove(toast);
    else if (target.closest("[data-open]")) setTimeout(() => toast.remove()); // The page opens it first.
  }

  key(event) {
    if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    this.remove(event.target.closest(".toast"));
  }
}

/** What of the template this kind has no use for goes. */
function fill(toast, { kind, chat, href, acts = [], wait, person, oldest }) {
  Object.assign(toast.dataset, { kind, chat });
  for (const one of toast.querySelectorAll("[data-icon]")) if (one.dataset.icon !== kind) one.remove();
  for (const one of toast.querySelectorAll("[data-act]")) if (!acts.includes(one.dataset.act)) one.remove();
  if (!acts.length) toast.querySelector(".acts").remove();
  for (const link of toast.querySelectorAll("a")) {
    if (href) Object.assign(link, { href }).dataset.open = chat;
    else delete link.dataset.open;
  }
  const face = toast.querySelector("[data-face]");
  if (face) face.dataset.hue = person?.hue ?? 0;
  if (face) face.firstElementChild.textContent = person?.initials ?? "";
  const clock = toast.querySelector("[data-since]");
  if (wait) Object.assign(clock.dataset, wait);
  else clock.remove();
  toast.querySelector("[data-now]").hidden = kind !== "message";
  if (!oldest) toast.querySelector("[data-act=accept] kbd")?.remove();
}
