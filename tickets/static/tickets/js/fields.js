/**
 * The fields of a ticket (partials/fields.html), wherever they stand.
 *
 * createFields(form) gives
 *   changed       whether something was written since the page came
 *   release()     from here on leaving is meant
 */
import { createLookup } from "./lookup.js";

export const createFields = (form) => new Fields(form);

/** The reasons that go with a status; those of its own first choice stay. */
export function goingWith(reasons, status) {
  return reasons.filter(({ statuses }) => statuses.split(" ").includes(status));
}

class Fields {
  constructor(form) {
    this.form = form;
    this.begun = "changed" in form.dataset; // What was refused is not saved.
    this.first = this.said();
    for (const field of form.querySelectorAll("[data-lookup]")) createLookup(field, { more: () => this.group(field) });
    form.addEventListener("change", ({ target }) => this.change(target));
    this.leaving = (event) => this.changed && event.preventDefault();
    addEventListener("beforeunload", this.leaving);
    form.addEventListener("submit", () => this.release());
    this.reasons();
    this.priority();
  }

  said() {
    return new URLSearchParams(new FormData(this.form)).toString();
  }

  get changed() {
    return this.begun || this.said() !== this.first;
  }

  release() {
    removeEventListener("beforeunload", this.leaving);
  }

  /** An assignee is one of the group. */
  group(field) {
    const group = this.form.elements.group?.value;
    return field.querySelector("[name=assignee]") && group ? { group } : {};
  }

  change(target) {
    if (["impact", "urgency"].includes(target.name)) this.priority();
    if (target.name === "status") this.reasons();
  }

  priority() {
    const shown = this.form.querySelector("[data-priority]");
    const matrix = this.form.querySelector("#f-priorities");
    if (!shown || !matrix) return;
    this.matrix ??= JSON.parse(matrix.textContent);
    const { impact, urgency } = this.form.elements;
    shown.textContent = this.matrix[`${impact.value}-${urgency.value}`] ?? shown.dataset.unset;
  }

  /** Only the reasons of the chosen status are offered; without any there is no field. */
  reasons() {
    const { status, reason } = this.form.elements;
    if (!status || !reason) return;
    const options = [...reason.options].filter(({ value }) => value);
    const fits = goingWith(options.map((option) => ({ option, statuses: option.dataset.statuses })), status.value).map(({ option }) => option);
    for (const option of options) option.hidden = option.disabled = !fits.includes(option);
    if (reason.selectedOptions[0]?.disabled) reason.value = "";
    reason.closest("[data-field]").hidden = !fits.length;
  }
}
