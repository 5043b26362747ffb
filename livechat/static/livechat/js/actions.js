/**
 * What an agent does with his chat besides writing: ends, transfers, releases, abandons it; asks
 * colleagues in, and a supervisor for help.
 *
 * createActions({agent, pane, texts, address(chat), onGone(chat, over), onRefused(status, problem), onTold(text)}) gives
 *   ask(what)       opens its dialog, or does it at once; false when it cannot be done here
 *   submit(form)    a [data-step]: whose chat it is; its answer 204 means that he has it no longer
 *                   [data-together]: he has it as before
 *   hear(frame)     of colleagues who come and go, and of transfers that come back
 *   holds(chat)     news of the chat are this page's own doing: wait for the answer
 */
import { get, morph, post } from "./fragment.js";
import { createHanded } from "./handed.js";
import { phrase } from "./phrase.js";

export const ACTIONS = ["end", "transfer", "release", "abandon", "invite", "assistance"];
/** Their dialogs are fetched each time: who can be chosen changes. */
const FETCHED = ["transfer", "invite"];
/** After these nobody comes back to it. */
const OVER = ["end-dialog", "abandon-dialog"];

export const createActions = (options) => new Actions(options);

class Actions {
  constructor(options) {
    Object.assign(this, { underWay: new Set(), handed: createHanded(options.agent) }, options);
  }

  find(id) {
    return this.pane.conv?.querySelector(`#${id}`) ?? null;
  }

  holds(chat) {
    return this.underWay.has(chat);
  }

  ask(what) {
    const { conv, chat } = this.pane;
    const menu = this.find("actions");
    if (FETCHED.includes(what)) return Boolean(menu) && this.choose(what, conv, chat);
    if (what === "release") return Boolean(menu) && this.submit(this.find("release"));
    if (what === "assistance") return Boolean(menu) && this.together(this.find("assistance"));
    return this.open(this.find(`${what}-dialog`));
  }

  open(dialog) {
    if (!dialog) return false;
    this.find("actions")?.hidePopover(); // The focus is its button's again before the dialog takes it.
    if (!dialog.open) dialog.showModal();
    return true;
  }

  choose(what, conv, chat) {
    this.find("actions").hidePopover();
    if (!this.fetching && !this.find(`${what}-dialog`)?.open) this.fetch(what, conv, chat);
    return true;
  }

  async fetch(what, conv, chat) {
    this.fetching = true;
    const { ok, status, nodes, problem } = await get(`${this.address(chat)}${what}/`);
    this.fetching = false;
    if (this.pane.conv !== conv) return;
    if (!ok) return this.onRefused(status, problem);
    const [dialog] = nodes;
    this.find(`${what}-dialog`)?.remove();
    conv.append(dialog);
    dialog.addEventListener("close", () => dialog.remove());
    this.open(dialog);
  }

  submit(form, button) {
    if (form.dataset.together) return this.together(form, button);
    const chat = form.dataset.step;
    if (!this.holds(chat)) this.send(form, chat);
    return true;
  }

  async send(form, chat) {
    this.underWay.add(chat);
    this.find("actions")?.hidePopover();
    const dialog = form.closest("dialog");
    const { name } = this.pane.conv.dataset;
    const { ok, status, problem } = await post(form);
    if (ok && form.id === "transfer-form") this.handed.note(chat, name);
    if (ok) {
      dialog?.close();
      await this.onGone(chat, OVER.includes(dialog?.id));
    }
    this.underWay.delete(chat);
    if (!ok) await this.refuse(dialog, chat, status, problem);
  }

  /** He has the chat as before, unless the button says that it sends him out. */
  together(form, button) {
    const chat = form.dataset.together;
    if (!this.underWay.has(form)) this.join(form, chat, button);
    return true;
  }

  async join(form, chat, button) {
    this.underWay.add(form);
    this.find("actions")?.hidePopover();
    const dialog = form.closest("dialog");
    const { ok, status, problem } = await post(form, button?.name ? { [button.name]: button.value } : {});
    this.underWay.delete(form);
    if (!ok && dialog && problem.code) return void (dialog.querySelector("[data-error]").textContent = problem.detail);
    dialog?.close();
    if (!ok) this.onRefused(status, problem);
    const out = ok && button && "out" in button.dataset;
    if (out && chat === this.pane.chat) return this.onGone(chat);
    if (chat === this.pane.chat) this.pane.refresh();
  }

  /** Who comes, goes or helps stands in the open chat's head and details. */
  hear({ type, chat, items = [] }) {
    const back = items.map(({ data }) => this.handed.hear(chat, data)).filter(Boolean);
    back.forEach((news) => this.onTold(phrase(this.texts[news.code], news)));
    if (["invitation.changed", "assistance.changed"].includes(type) && chat === this.pane.chat) this.pane.refresh();
  }

  /** In the dialog, beside a fresh choice, where there is one to make. */
  async refuse(dialog, chat, status, problem) {
    const choosing = dialog?.id === "transfer-dialog" && problem.code;
    const fresh = choosing ? await get(`${this.address(chat)}transfer/`) : null;
    if (!fresh?.ok || !dialog.open) {
      dialog?.close();
      this.pane.refresh();
      return this.onRefused(status, problem);
    }
    const picks = (node) => node.querySelectorAll(".picks");
    picks(dialog).forEach((old, n) => morph(old, picks(fresh.nodes[0])[n]));
    dialog.querySelector("[data-error]").textContent = problem.detail;
  }
}
