/**
 * Tickets of the open chat: made, and settled with it.
 *
 * createTicketing({pane, onMade(toast), onBlank(url), onRefused(status, problem)}) gives
 *   menu()          of what a ticket can be made of; false when none can be made
 *   create(kind)    incident or work_order, at once; onBlank: the form, while something is blank
 *   submit(form)    a [data-ticket-of] of a template
 *   hear(frame)     the chat's ticket was changed
 *   sync()          each status shows its reasons; once there is a ticket, nothing is kept for its form
 * TICKETS: what buttons of the page do with it, by their data-do
 */
import { createDrafts } from "../../tickets/js/drafts.js";
import { post } from "./fragment.js";

export const TICKETS = {
  incident: (page) => page.tickets.create("incident"),
  "work-order": (page) => page.tickets.create("work_order"),
  resources: (page) => closing(page, () => page.details.search()),
  "ticket-menu": (page, element) => closing(page, () => page.tickets.menu(), element.closest("dialog")),
};

/** What lies over the page goes first. */
function closing({ pane }, then, dialog) {
  pane.conv.querySelectorAll("[data-menu]:popover-open").forEach((menu) => menu.hidePopover());
  dialog?.close();
  then();
}

export const createTicketing = (options) => new Ticketing(options);

class Ticketing {
  constructor(options) {
    Object.assign(this, options);
    this.drafts = createDrafts(document.querySelector(".app").dataset.user);
    document.addEventListener("change", ({ target }) => target.matches("[data-reasons]") && offer(target));
    this.sync();
  }

  find(id) {
    return this.pane.conv?.querySelector(`#${id}`) ?? null;
  }

  /** Below its button; where there is no room for that, in the menu of all that can be done. */
  menu() {
    const menu = this.find("ticket-menu");
    if (!menu) return false;
    const shown = this.pane.conv.querySelector('[popovertarget="ticket-menu"]').checkVisibility();
    (shown ? menu : (this.find("actions") ?? menu)).showPopover();
    return true;
  }

  create(kind) {
    const form = this.find("new-ticket");
    if (!form) return false;
    form.elements.kind.value = kind;
    this.submit(form);
    return true;
  }

  submit(form) {
    for (const open of document.querySelectorAll("[data-menu]:popover-open")) open.hidePopover();
    if (!this.underWay) this.send(form);
  }

  async send(form) {
    this.underWay = true;
    const { ok, status, nodes, problem } = await post(form);
    this.underWay = false;
    if (ok) this.onMade(nodes[0]);
    else if (problem.code === "fields_wrong") return this.onBlank(addressOf(form));
    else this.onRefused(status, problem);
    if (form.dataset.ticketOf !== this.pane.chat) return;
    await this.pane.refresh();
    if (document.activeElement === document.body) this.pane.conv.querySelector(".conv__ticket")?.focus(); // Its button has gone.
  }

  hear({ type, ticket }) {
    if (type === "ticket.changed" && ticket === this.pane.conv?.dataset.ticket) this.pane.refresh();
  }

  sync() {
    this.pane.conv?.querySelectorAll("[data-reasons]").forEach(offer);
    if (this.pane.conv?.dataset.ticket) this.drafts.settle(this.pane.chat);
  }
}

function addressOf(form) {
  const { kind, template } = Object.fromEntries(new FormData(form));
  return `${form.action}?${new URLSearchParams(template ? { kind, template } : { kind })}`;
}

/** Of all reasons those that go with the chosen status. */
function offer(statuses) {
  const reasons = document.getElementById(statuses.dataset.reasons);
  for (const option of reasons.options) option.hidden = option.disabled = option.dataset.status !== statuses.value;
  if (reasons.selectedOptions[0]?.disabled ?? true) reasons.selectedIndex = [...reasons.options].findIndex(({ disabled }) => !disabled);
}
