// A counter in JavaScript for `siaksim check`: node's own fetch, no packages.
//
//     siaksim check --client counter -- node counter.mjs good|careless
//
// It does what tests/clients/check_counter.py and counter.sh do: `good` has a deadline, one key for
// a scan and its repeats, a new login and three attempts; `careless` repeats every scan blindly.
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";

const { SIAKSIM_SIAK_URL: siak, SIAKSIM_WORK_URL: work, SIAKSIM_OUTCOME_URL: outcomes } = process.env;
const careful = process.argv[2] === "good";
let token = "";

/** Call; answer with {status, body}: status 0 is no answer, body null is no JSON. */
async function call(method, url, { body, key, patience = 8 } = {}) {
  const headers = { Accept: "application/json" };
  if (body) headers["Content-Type"] = "application/json";
  if (token && url.startsWith(siak)) headers.Authorization = `Bearer ${token}`;
  if (key) headers["Idempotency-Key"] = key;
  let answer, text;
  try {
    answer = await fetch(url, {
      method,
      headers,
      body: body && JSON.stringify(body),
      signal: AbortSignal.timeout(patience * 1000),
    });
    text = await answer.text();
  } catch {
    return { status: 0, body: null };
  }
  try {
    return { status: answer.status, body: JSON.parse(text) };
  } catch {
    return { status: answer.status, body: null };
  }
}

async function login() {
  token = "";
  const who = {
    operator_id: process.env.SIAKSIM_OPERATOR,
    password: process.env.SIAKSIM_PASSWORD,
  };
  for (let attempt = 1; attempt <= 3; attempt++) {
    const { status, body } = await call("POST", `${siak}/sessions`, { body: who });
    if (status === 201 && body) {
      token = body.session_token;
      return;
    }
    await sleep(2000 * attempt);
  }
}

/** Scan with one key, at most three times, with growing pauses; log in again if told to. */
async function scanCarefully(payload) {
  const key = randomUUID();
  for (let attempt = 0; attempt < 3; attempt++) {
    const { status } = await call("POST", `${siak}/ikd/scans`, { body: { payload }, key });
    if (status === 401) await login();
    else if (status === 200 || status === 201) return true;
    else if (status >= 400 && status < 500 && status !== 408 && status !== 429) return false;
    await sleep(1000 + 2000 * attempt + 1000 * Math.random());
  }
  return false;
}

/** Press again, a second later, until an answer comes. */
async function scanBlindly(payload) {
  for (let attempt = 0; attempt < 20; attempt++) {
    const { status } = await call("POST", `${siak}/ikd/scans`, { body: { payload }, patience: 3 });
    if (status === 401) await login();
    else if (status && status < 500) return status < 400;
    await sleep(1000);
  }
  return false;
}

/** The QR code that the citizen's phone shows, as a scanner reads it; "" if none comes. */
async function seenOnThePhone(url) {
  const end = performance.now() + 12_000;
  while (performance.now() < end) {
    const { body } = await call("GET", url);
    if (body?.qr) return body.qr;
    await sleep(200);
  }
  return "";
}

async function serve({ nik, citizen_url: citizen }) {
  const payload = await seenOnThePhone(citizen);
  const done = payload && (await (careful ? scanCarefully(payload) : scanBlindly(payload)));
  await call("POST", outcomes, { body: { nik, outcome: done ? "handed_over" : "failed" } });
}

await login();
for (;;) {
  const { status, body } = await call("GET", `${work}/next?client=counter`, { patience: 30 });
  if (status === 204) break;
  if (status === 200 && body) await serve(body);
}
