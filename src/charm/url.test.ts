import assert from "node:assert/strict";
import { test } from "node:test";
import { type CharmUrl, formatCharmUrl, parseCharmUrl } from "./url.ts";

const urls: Readonly<Record<string, CharmUrl>> = {
  "ch:mysql": { schema: "ch", name: "mysql" },
  "ch:mysql-7": { schema: "ch", name: "mysql", revision: 7 },
  "ch:jammy/mysql-7": { schema: "ch", series: "jammy", name: "mysql", revision: 7 },
  "ch:amd64/mysql": { schema: "ch", architecture: "amd64", name: "mysql" },
  "ch:amd64/jammy/mysql-0": {
    schema: "ch",
    architecture: "amd64",
    series: "jammy",
    name: "mysql",
    revision: 0,
  },
  "local:trusty/n0-0n-n0": { schema: "local", series: "trusty", name: "n0-0n-n0" },
  "local:mysql-12": { schema: "local", name: "mysql", revision: 12 },
  "cs:~jane/xenial/mysql-3": {
    schema: "cs",
    user: "jane",
    series: "xenial",
    name: "mysql",
    revision: 3,
  },
};

test("a charm URL is read and written the same", () => {
  for (const [text, url] of Object.entries(urls)) {
    assert.deepEqual(parseCharmUrl(text), url);
    assert.equal(formatCharmUrl(url), text);
  }
});

test("a charm URL without a schema is of Charmhub", () => {
  assert.deepEqual(parseCharmUrl("arm64/mysql-2"), parseCharmUrl("ch:arm64/mysql-2"));
});

test("what is no charm URL is refused with Juju's text", () => {
  const refusals = {
    "bs:mysql": 'cannot parse URL "bs:mysql": schema "bs" not valid',
    "local:~jane/mysql": 'local charm or bundle URL with user name: "local:~jane/mysql"',
    "ch:~jane/mysql": 'charmhub charm or bundle URL with user name: "ch:~jane/mysql" not valid',
    "cs:~j ane/mysql": 'in URL "cs:~j ane/mysql": user name "j ane" not valid',
    "ch:purple/jammy/mysql-0":
      'in URL "ch:purple/jammy/mysql-0": architecture name "purple" not valid',
    "local:@@/mysql": 'in URL "local:@@/mysql": series name "@@" not valid',
    "local:amd64/jammy/mysql": 'charm or bundle URL has invalid form: "local:amd64/jammy/mysql"',
    "ch:nam-!e": 'cannot parse name and/or revision in URL "ch:nam-!e": name "nam-!e" not valid',
    "ch:": 'URL without charm or bundle name: "ch:"',
  };
  for (const [text, message] of Object.entries(refusals)) {
    assert.throws(() => parseCharmUrl(text), { code: "not valid", message });
  }
});
