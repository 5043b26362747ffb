/**
 * Where an agent writes: replies and notes, each with a draft of its own in this tab.
 *
 * createDrafts(agent, storage?) gives get(chat), set(chat, draft), clear()   draft: {kind, reply, note}
 * showUnsent(conv, draft)   what can be sent no more
 * createComposer(form, {chat, drafts, texts, onSend(kind, body), onTyping()})
 *   gives sync() after the form was morphed, reload() of the draft, choose(kind), focus()
 */
import { phrase } from "./phrase.js";
import { shelf } from "../../parley/shelf.js";

const PREFIX = "parley.draft.";

export function createDrafts(agent, storage = shelf("sessionStorage")) {
  const mine = `${PREFIX}${agent}.`;
  const drop = (which) => storage.keys().filter((key) => key.startsWith(PREFIX) && which(key)).forEach((key) => storage.drop(key));
  drop((key) => !key.startsWith(mine)); // Somebody else wrote in this tab before.
  const get = (chat) => {
    try {
      return JSON.parse(storage.get(mine + chat) ?? "{}");
    } catch {
      return {};
    }
  };
  const set = (chat, draft) => {
    if (draft.reply || draft.note) storage.set(mine + chat, JSON.stringify(draft));
    else storage.drop(mine + chat);
  };
  return { get, set, clear: () => drop(() => true) };
}

/** What was being written and has no field any more stays where it can be read and copied. */
export function showUnsent(conv, { reply = "", note = "" }) {
  const place = conv.querySelector("[data-unsent]");
  if (!place) return;
  const text = [reply, conv.dataset.mode === "left" ? "" : note].filter((each) => each.trim()).join("\n\n");
  place.hidden = !text;
  place.querySelector("[data-text]").textContent = text;
  place.querySelector("[data-do=copy]").dataset.text = text;
}

export const createComposer = (form, options) => new Composer(form, options);

class Composer {
  constructor(form, options) {
    Object.assign(this, { form, touch: matchMedia("(pointer: coarse)") }, options);
    this.field = form.querySelector("textarea");
    form.addEventListener("submit", (event) => this.submit(event));
    form.addEventListener("keydown", (event) => this.key(event));
    form.addEventListener("click", ({ target }) => this.pick(target.closest("[role=tab]")));
    this.field.addEventListener("input", () => this.typed());
    this.reload();
  }

  reload() {
    const { kind = "reply", reply = "", note = "" } = this.drafts.get(this.chat);
    this.draft = { kind, reply, note };
    this.sync();
  }

  get kinds() {
    return [...this.form.querySelectorAll("[role=tab]")];
  }

  focus() {
    this.field.focus();
  }

  pick(tab) {
    if (!tab) return;
    this.choose(tab.dataset.kind);
    this.focus();
  }

  choose(kind) {
    this.draft.kind = kind;
    this.drafts.set(this.chat, this.draft);
    this.sync();
  }

  /** Draws the draft and its kind. A kind that is no longer offered gives way. */
  sync() {
    const offered = this.kinds.map((tab) => tab.dataset.kind);
    if (!offered.includes(this.draft.kind)) this.draft.kind = offered[0];
    const { kind } = this.draft;
    for (const tab of this.kinds) {
      tab.setAttribute("aria-selected", tab.dataset.kind === kind);
      tab.tabIndex = tab.dataset.kind === kind ? 0 : -1;
    }
    this.form.classList.toggle("is-note", kind === "note");
    if (this.field.value !== this.draft[kind]) this.field.value = this.draft[kind];
    this.field.placeholder = this.field.dataset[kind];
    this.field.setAttribute("aria-label", this.field.dataset[kind]);
    for (const button of this.form.querySelectorAll("[data-send]")) button.hidden = button.dataset.send !== kind;
    this.clip(kind);
    this.judge();
  }

  /** Files go to the customer: none while a note is written. */
  clip(kind) {
    const clip = this.form.querySelector("[data-attach]");
    if (!clip) return;
    const { never, hint } = clip.dataset;
    const off = never || (kind === "note" ? this.texts.files.note : "");
    clip.dataset.off = off;
    clip.title = off || hint;
    clip.setAttribute("aria-disabled", Boolean(off));
  }

  judge() {
    const { value } = this.field;
    const limit = Number(this.form.dataset.limit);
    const over = value.length > limit ? Array.from(value).length - limit : 0;
    const note = this.form.querySelector("[data-over]");
    note.hidden = over <= 0;
    note.textContent = over > 0 ? phrase(this.texts.over, { n: over }) : "";
    this.field.setAttribute("aria-invalid", over > 0);
    this.ready = Boolean(value.trim()) && over <= 0;
    for (const button of this.form.querySelectorAll("[data-send]")) button.setAttribute("aria-disabled", !this.ready);
  }

  typed() {
    const { kind } = this.draft;
    this.draft[kind] = this.field.value;
    this.drafts.set(this.chat, this.draft);
    this.judge();
    if (kind === "reply" && this.field.value.trim()) this.onTyping();
  }

  key(event) {
    const tabs = this.kinds;
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step && tabs.includes(event.target)) {
      const next = tabs[(tabs.indexOf(event.target) + step + tabs.length) % tabs.length];
      this.choose(next.dataset.kind);
      next.focus();
      return;
    }
    if (event.key !== "Enter" || event.target !== this.field) return;
    if (event.shiftKey || event.altKey || event.isComposing || (this.touch.matches && !event.ctrlKey)) return;
    event.preventDefault();
    this.form.requestSubmit();
  }

  submit(event) {
    event.preventDefault();
    this.focus();
    if (!this.ready) return;
    const { kind } = this.draft;
    const body = this.field.value;
    this.draft[kind] = "";
    this.drafts.set(this.chat, this.draft);
    this.sync();
    this.onSend(kind, body);
  }
}
