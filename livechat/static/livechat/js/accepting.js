/**
 * Taking a chat that waits.
 *
 * createAccepting({pane, inbox, notifier, onAccepted(chat, nodes), onRefused(status, problem)}) gives
 *   accept(form)   a [data-accept]: whose chat it is; false when there is none
 */
import { post } from "./fragment.js";

export const createAccepting = (options) => new Accepting(options);

class Accepting {
  constructor(options) {
    Object.assign(this, options);
  }

  accept(form) {
    if (!form) return false;
    this.send(form, form.querySelector("button"));
    return true;
  }

  async send(form, button) {
    if (button.disabled) return;
    button.disabled = true;
    button.setAttribute("aria-busy", "true");
    this.notifier.own(form.dataset.accept);
    const { ok, status, nodes, problem } = await post(form);
    button.disabled = false;
    button.removeAttribute("aria-busy");
    const chat = form.dataset.accept;
    if (ok) return this.onAccepted(chat, nodes);
    if (problem.code === "already_accepted") this.inbox.taken(chat, problem.detail);
    if (chat === this.pane.chat && problem.code) this.pane.gone(problem.detail);
    else if (problem.code !== "already_accepted") this.onRefused(status, problem);
    this.inbox.refresh();
  }
}
