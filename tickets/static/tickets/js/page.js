/** The pages of tickets: the list, a ticket read, a ticket edited. */
import { createActivity } from "./activity.js";
import { createDrafts, keepForm } from "./drafts.js";
import { createFields } from "./fields.js";
import { createFiles } from "./files.js";
import { createFollowing } from "./following.js";
import { createKeys } from "./keys.js";

const $ = (selector, root = document) => root.querySelector(selector);

class Page {
  constructor() {
    this.ticket = $("[data-ticket]");
    this.form = $("[data-ticket-form]");
    if (this.form) this.fields = createFields(this.form);
    const aside = $(".aside:has([data-say])");
    const onVersion = (version) => this.holds(version);
    if (aside) this.activity = createActivity(aside, { onRefused: (...why) => this.refused(...why), onVersion });
    const files = $("[data-files]");
    if (files) this.files = createFiles(files);
    if (!$("#parley-config")) document.addEventListener("parley:notice", ({ detail }) => this.notice(detail));
    document.addEventListener("click", (event) => this.click(event));
    document.addEventListener("parley:frame", ({ detail }) => this.hear(detail));
    createKeys({ single: () => this.single, act: (name) => this.act(name) });
    this.filters($("[data-filters]"));
    const list = $("#tickets[data-rows]");
    if (list) this.following = createFollowing(list, { bar: $("[data-list-news]") });
    if (this.ticket) this.keep($("[data-say]"));
    else if (this.form) this.keepEdit({ drafts: createDrafts($(".app").dataset.user), ticket: this.form.dataset.of });
    $("[data-errors]")?.focus();
  }

  /** As the profile says; it can be changed on this page. */
  get single() {
    return $("#me [name=single_keys]")?.checked ?? $(".app").dataset.keys === "on";
  }

  // --- the list --------------------------------------------------------------------------------

  filters(form) {
    if (!form) return;
    $("[data-apply]", form).hidden = true;
    const apply = $("[data-apply]", form);
    let keys = false; // An arrow changes a closed select: whoever goes through it by keys is not done.
    form.addEventListener("keydown", () => (keys = true));
    form.addEventListener("pointerdown", () => (keys = false));
    form.addEventListener("change", ({ target }) => {
      if (!target.matches("select")) return;
      if (keys) apply.hidden = false;
      else form.requestSubmit();
    });
    form.addEventListener("submit", () => {
      const blank = [...form.elements].filter(({ name, value }) => name && !value);
      for (const one of blank) one.disabled = true; // The address says what was chosen, no more.
      setTimeout(() => blank.forEach((one) => (one.disabled = false)));
    });
  }

  step(by) {
    const rows = [...document.querySelectorAll("[data-row]")];
    if (!rows.length) return false;
    const at = rows.indexOf(document.activeElement);
    const next = at < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(Math.max(at + by, 0), rows.length - 1);
    rows[next].focus();
    return true;
  }

  // --- what is not saved -----------------------------------------------------------------------

  keep(say) {
    const { ticket, version } = this.ticket.dataset;
    const drafts = createDrafts($(".app").dataset.user);
    const shared = { drafts, ticket, version: Number(version) };
    if (say) keepForm(say, { ...shared, what: "say", changed: () => say.elements.body.value.trim() !== "" }).restore();
    if (this.form) this.keepEdit(shared);
    else this.unsaved(drafts.get(ticket, "edit"), () => drafts.set(ticket, "edit"));
  }

  keepEdit(shared) {
    this.kept = keepForm(this.form, { ...shared, what: this.form.dataset.as ?? "edit", changed: () => this.fields.changed });
    this.form.addEventListener("submit", () => this.kept.sent());
    if ("changed" in this.form.dataset) this.kept.keep(); // Refused: it did not arrive.
    else this.show("[data-restored]", this.kept.restore());
  }

  /** On the page that reads it. That what was sent is saved, only the server knows. */
  unsaved(draft, drop) {
    if (draft?.sent && $("[data-saved]")) drop();
    else if (draft) this.show("[data-unsaved]", draft.at);
    const written = $("[data-written]");
    if (draft && written) written.textContent = wordsOf(draft);
  }

  show(line, at) {
    if (!at || !$(line)) return;
    const options = { weekday: "long", hour: "numeric", minute: "2-digit" };
    $("time", $(line)).textContent = new Date(at).toLocaleString(document.documentElement.lang, options);
    $(line).hidden = false;
  }

  // --- what the person does --------------------------------------------------------------------

  act(name) {
    if (name === "next" || name === "previous") return this.step(name === "next" ? 1 : -1);
    if (name === "keys") return this.keys();
    if (name === "save" && this.form) return void $("[data-save]")?.click();
    return false;
  }

  keys() {
    $("#me")?.hidePopover();
    const dialog = $("[data-keys-dialog]");
    if (!dialog.open) dialog.showModal();
  }

  click(event) {
    const { target } = event;
    const what = target.closest("[data-do]");
    if (what?.dataset.do === "keys") this.keys();
    if (what?.dataset.do === "return") what.closest("dialog").close();
    if (what?.dataset.do === "dismiss") what.closest(".toast").remove();
    if (target.closest("[data-discard]")) this.discard(event);
    if (target.closest("[data-back]")) this.back(event, target.closest("[data-back]"));
    if (target.closest("[data-discard-all], [data-show-now]")) this.fields?.release();
    if (target.closest("[data-discard-all]")) this.kept?.drop();
    if (what?.dataset.do === "show-news") this.following.show();
    const link = target.closest(".miss a[href^='#']");
    if (link) this.jump(event, link);
  }

  /** A link of the error summary leads into its field. */
  jump(event, link) {
    const field = document.getElementById(link.hash.slice(1));
    if (!field) return;
    event.preventDefault();
    field.focus();
    field.scrollIntoView({ block: "center" });
  }

  discard(event) {
    if (!this.fields?.changed) return;
    event.preventDefault();
    $("[data-discard-dialog]").showModal();
  }

  /** Sentences; a form has them from the page around it. */
  get texts() {
    const config = $("#parley-config");
    return $("[data-say]")?.dataset ?? (config ? JSON.parse(config.textContent).texts : {});
  }

  refused(status, { detail }) {
    const { broken, unreachable } = this.texts;
    if (status === 401) location.reload();
    document.dispatchEvent(new CustomEvent("parley:notice", { detail: detail ?? (status ? broken : unreachable) }));
  }

  /** Where nobody else shows notices: the person has no chats. */
  notice(text) {
    const toast = $("[data-toast]").content.cloneNode(true).firstElementChild;
    $("b", toast).textContent = text;
    $("[data-toasts]").append(toast);
  }

  /** Back to the list as it was. */
  back(event, link) {
    if (!document.referrer || new URL(document.referrer).pathname !== link.pathname) return;
    event.preventDefault();
    history.back();
  }

  // --- what comes in ---------------------------------------------------------------------------

  hear({ type, ticket, change }) {
    const missed = type === "welcome" && this.welcomed;
    if (type === "welcome") this.welcomed = true;
    const changed = type === "ticket.changed" && ticket === this.ticket?.dataset.ticket;
    if (missed || changed) this.activity?.refresh();
    if (missed || type === "ticket.changed") this.following?.soon();
    if (missed || (changed && change === "file_added")) this.files?.refresh();
  }

  /** Somebody else saved it: what this page shows is not what holds. */
  holds(version) {
    if (version > Number(this.ticket.dataset.version)) $("[data-elsewhere]").hidden = false;
  }
}

/** The texts of a draft that can be written nowhere any more. */
function wordsOf({ values }) {
  return values.filter(([name, text]) => ["summary", "description", "resolution"].includes(name) && text).map(([, text]) => text).join("\n\n");
}

new Page();
