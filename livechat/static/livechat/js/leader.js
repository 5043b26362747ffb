/**
 * One of the tabs that join: the browser's lock says which, else the tabs agree among themselves.
 *
 * createLeader(name, env?) gives join() · leave() · leads
 * elected(id, peers, now) → whether this id is the first of those heard of lately. Pure.
 */
const BEAT = 5000;
const ALIVE = 90_000; // A hidden tab's timers run once a minute.

export const createLeader = (name, env = globalThis) => (env.navigator.locks ? new Lock(name, env) : new Election(name, env));

class Lock {
  constructor(name, env) {
    Object.assign(this, { name, env, leads: false, asking: null });
  }

  join() {
    if (this.asking) return;
    const asking = new AbortController();
    this.asking = asking;
    const held = () =>
      new Promise((release) => {
        this.leads = true;
        asking.signal.addEventListener("abort", release);
      });
    this.env.navigator.locks.request(this.name, { signal: asking.signal }, held).catch(() => {}); // Left while waiting.
  }

  leave() {
    this.asking?.abort();
    this.asking = null;
    this.leads = false;
  }
}

export function elected(id, peers, now) {
  const alive = [...peers].filter(([, heard]) => now - heard < ALIVE).map(([peer]) => peer);
  return alive.every((peer) => id < peer);
}

class Election {
  constructor(name, env) {
    Object.assign(this, { env, peers: new Map() });
    this.id = `${String(env.Date.now()).padStart(15, "0")}-${env.crypto.getRandomValues(new Uint32Array(2)).join("-")}`;
    this.channel = env.BroadcastChannel ? new env.BroadcastChannel(name) : null;
    if (this.channel) this.channel.onmessage = ({ data }) => this.hear(data);
    env.window?.addEventListener("pagehide", () => this.leave());
  }

  get leads() {
    return Boolean(this.joined) && elected(this.id, this.peers, this.env.Date.now());
  }

  hear({ type, id }) {
    if (type === "left") return void this.peers.delete(id);
    this.peers.set(id, this.env.Date.now());
    if (type === "joined" && this.joined) this.say("here");
  }

  say(type) {
    this.channel?.postMessage({ type, id: this.id });
  }

  join() {
    if (this.joined) return;
    this.joined = true;
    this.say("joined");
    this.beat();
  }

  beat() {
    this.timer = this.env.setTimeout(() => {
      this.say("here");
      this.beat();
    }, BEAT);
  }

  leave() {
    this.env.clearTimeout(this.timer);
    if (this.joined) this.say("left");
    this.joined = false;
  }
}
