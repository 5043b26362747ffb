/**
 * What a customer writes on his tickets: kept in his tab until it stands there. Each text is sent under one
 * id however often it is tried, so that none stands twice whose answer was lost.
 *
 * createAnswers({tab, call, makeId, wait?})
 *   written(ticket) · write(ticket, text)   what he has written and not sent
 *   send(ticket, body) → {ok, status, data} tried three times while nobody answers; no data when it was settled
 *   settle(ticket, comments)                what stands there is no longer to be sent
 */
const PAUSES = [1000, 3000, 0]; // after each attempt that nobody answered
const PASSING = [401, 429];

const sleep = (ms) => new Promise((then) => setTimeout(then, ms));

export const createAnswers = (options) => new Answers(options);

class Answers {
  constructor({ tab, call, makeId, wait = sleep }) {
    Object.assign(this, { tab, call, makeId, wait });
  }

  written(ticket) {
    return this.tab.get(`comment.${ticket}`) ?? "";
  }

  write(ticket, text) {
    if (text) this.tab.set(`comment.${ticket}`, text);
    else this.tab.drop(`comment.${ticket}`);
  }

  async send(ticket, body) {
    const sent = this.name(ticket, body);
    const answer = await this.attempt(ticket, sent);
    if (answer.data && answer.ok) this.settle(ticket, [answer.data]);
    else if (answer.status && answer.status < 500 && !PASSING.includes(answer.status)) this.tab.drop(`sent.${ticket}`);
    return answer;
  }

  settle(ticket, comments) {
    const { client_id: id, body } = this.sent(ticket);
    if (!id || !comments.some((comment) => comment.client_id === id)) return;
    this.tab.drop(`sent.${ticket}`);
    const text = this.written(ticket);
    if (text.startsWith(body)) this.write(ticket, text.slice(body.length).trimStart()); // He may have gone on.
  }

  sent(ticket) {
    return JSON.parse(this.tab.get(`sent.${ticket}`) ?? "{}");
  }

  /** The same id again for the text that was tried last. */
  name(ticket, body) {
    const before = this.sent(ticket);
    if (before.body === body) return before;
    const sent = { client_id: this.makeId(), body };
    this.tab.set(`sent.${ticket}`, JSON.stringify(sent));
    return sent;
  }

  async attempt(ticket, sent) {
    let answer;
    for (const pause of PAUSES) {
      answer = await this.call("POST", `tickets/${ticket}/comments/`, sent);
      if (answer.status && answer.status < 500) break;
      await this.wait(pause);
      if (this.sent(ticket).client_id !== sent.client_id) return { ok: true, status: 200, data: null };
    }
    return answer;
  }
}
