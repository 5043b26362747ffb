/**
 * What an agent does with his chat besides writing: ends, transfers, releases, abandons it.
 *
 * createActions({pane, address(chat), onGone(chat), onRefused(status, problem)}) gives
 *   ask(what)       opens its dialog, or does it at once; false when it cannot be done here
 *   submit(form)    a [data-step]: whose chat it is; its answer 204 means that he has it no longer
 *   holds(chat)     news of the chat are this page's own doing: wait for the answer
 */
import { get, morph, post } from "./fragment.js";

export const ACTIONS = ["end", "transfer", "release", "abandon"];

export const createActions = (options) => new Actions(options);

class Actions {
  constructor(options) {
    Object.assign(this, { underWay: new Set() }, options);
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
    if (what === "transfer") return Boolean(menu) && this.transfer(conv, chat);
    if (what === "release") return Boolean(menu) && this.submit(this.find("release"));
    return this.open(this.find(`${what}-dialog`));
  }

  open(dialog) {
    if (!dialog) return false;
    this.find("actions")?.hidePopover(); // The focus is its button's again before the dialog takes it.
    if (!dialog.open) dialog.showModal();
    return true;
  }

  /** Who can take it is asked each time. */
  transfer(conv, chat) {
    this.find("actions").hidePopover();
    if (!this.fetching && !this.find("transfer-dialog")?.open) this.fetch(conv, chat);
    return true;
  }

  async fetch(conv, chat) {
    this.fetching = true;
    const { ok, status, nodes, problem } = await get(`${this.address(chat)}transfer/`);
    this.fetching = false;
    if (this.pane.conv !== conv) return;
    if (!ok) return this.onRefused(status, problem);
    const [dialog] = nodes;
    this.find("transfer-dialog")?.remove();
    conv.append(dialog);
    dialog.addEventListener("close", () => dialog.remove());
    this.open(dialog);
  }

  submit(form) {
    const chat = form.dataset.step;
    if (!this.holds(chat)) this.send(form, chat);
    return true;
  }

  async send(form, chat) {
    this.underWay.add(chat);
    this.find("actions")?.hidePopover();
    const dialog = form.closest("dialog");
    const { ok, status, problem } = await post(form);
    if (ok) {
      dialog?.close();
      await this.onGone(chat);
    }
    this.underWay.delete(chat);
    if (!ok) await this.refuse(dialog, chat, status, problem);
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
