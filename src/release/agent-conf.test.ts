import assert from "node:assert/strict";
import { test } from "node:test";
import { type AgentConf, formatAgentConf, parseAgentConf } from "./agent-conf.ts";

const conf: AgentConf = {
  tag: "machine-0",
  controller: "0f0c",
  model: "7b0f",
  apiAddresses: ["127.1.2.3:17070"],
  caCertificate: "-----BEGIN CERTIFICATE-----\nabc\n-----END CERTIFICATE-----\n",
  password: "12345678",
  addresses: ["127.1.2.4"],
  binaries: "/srv/agent-binaries",
  host: "/",
};

test("an agent reads what was written for it", () => {
  assert.deepEqual(parseAgentConf(formatAgentConf(conf)), conf);
  assert.match(formatAgentConf(conf), /^# format 2\.0\ntag: machine-0\n/);
});

test("what is missing is named, and the password is not told", () => {
  const text = formatAgentConf(conf).replace("model: model-7b0f\n", "");

  assert.throws(() => parseAgentConf(text), {
    code: "not valid",
    message: 'agent.conf cannot be used: "model" is missing',
  });
});
