import assert from "node:assert/strict";
import { test } from "node:test";
import { endpointsOf, parseMetadata } from "./metadata.ts";
import { metadata as plain } from "./testing.ts";

const relation = { limit: 0, optional: false, scope: "global" } as const;

test("all that a charm can say of itself is read", () => {
  const metadata = parseMetadata(`
name: nrpe-2go
summary: Watches.
description: |
  Watches
  machines.
subordinate: true
tags: [ops, monitoring]
series: [jammy, focal]
min-juju-version: 2.9.0
terms: [jane/terms/1]
provides:
  monitors: {interface: monitors, limit: 3, optional: true}
requires:
  general-info: {interface: juju-info, scope: container}
peers:
  cluster: {interface: nrpe-ha}
extra-bindings: {admin: null}
storage:
  data: {type: filesystem, location: /srv, multiple: {range: 1-3}, minimum-size: 1.5G,
    shared: true, read-only: true, description: Data., properties: [transient]}
  disks: {type: block, multiple: {range: 0+}}
resources:
  plugin: {filename: plugin.tgz, description: A plugin.}
  image: {type: oci-image}
`);

  assert.deepEqual(JSON.parse(JSON.stringify(metadata)), {
    name: "nrpe-2go",
    summary: "Watches.",
    description: "Watches\nmachines.\n",
    subordinate: true,
    provides: {
      monitors: {
        name: "monitors",
        role: "provider",
        interface: "monitors",
        limit: 3,
        optional: true,
        scope: "global",
      },
    },
    requires: {
      "general-info": {
        ...relation,
        name: "general-info",
        role: "requirer",
        interface: "juju-info",
        scope: "container",
      },
    },
    peers: { cluster: { ...relation, name: "cluster", role: "peer", interface: "nrpe-ha" } },
    extraBindings: ["admin"],
    series: ["jammy", "focal"],
    storage: {
      data: {
        name: "data",
        description: "Data.",
        type: "filesystem",
        shared: true,
        readOnly: true,
        countMin: 1,
        countMax: 3,
        sizeMinMib: 1536,
        location: "/srv",
        properties: ["transient"],
      },
      disks: {
        name: "disks",
        description: "",
        type: "block",
        shared: false,
        readOnly: false,
        countMin: 0,
        countMax: -1,
        sizeMinMib: 0,
        location: "",
        properties: [],
      },
    },
    resources: {
      plugin: {
        name: "plugin",
        type: "file",
        path: "plugin.tgz",
        description: "A plugin.",
      },
      image: { name: "image", type: "oci-image", path: "", description: "" },
    },
    tags: ["ops", "monitoring"],
    assumes: null,
    minJujuVersion: "2.9.0",
    terms: ["jane/terms/1"],
    containers: [],
  });
});

test("a relation may be its interface alone, an interface may stand in a list, and null is absent", () => {
  const { provides, requires, peers } = parseMetadata(`${plain}
provides: {ubuntu: ubuntu, web: {interface: [http, https], limit: null, scope: null}}
requires: {db: [mysql]}
peers: null
`);

  assert.deepEqual(provides, {
    ubuntu: { ...relation, name: "ubuntu", role: "provider", interface: "ubuntu" },
    web: { ...relation, name: "web", role: "provider", interface: "http" },
  });
  assert.equal(requires.db?.interface, "mysql");
  assert.deepEqual(peers, {});
});

test("text stands for the boolean or the number that it reads as", () => {
  const { subordinate, requires, storage } = parseMetadata(`${plain}
subordinate: "True"
requires: {host: {interface: a, scope: container, limit: "2", optional: "1"}}
storage: {data: {type: filesystem, shared: "f", read-only: "true"}}
`);
  assert.equal(subordinate, true);
  assert.deepEqual([requires.host?.limit, requires.host?.optional], [2, true]);
  assert.deepEqual([storage.data?.shared, storage.data?.readOnly], [false, true]);
});

test("every charm provides juju-info, unless it has an endpoint of that name", () => {
  const own = "subordinate: true\nrequires: {juju-info: {interface: juju-info, scope: container}}";

  const implicit = endpointsOf(parseMetadata(`${plain}requires: {db: mysql}`));
  const declared = endpointsOf(parseMetadata(`${plain}${own}`));

  assert.deepEqual(Array.from(implicit.keys()), ["juju-info", "db"]);
  assert.deepEqual(implicit.get("juju-info"), {
    ...relation,
    name: "juju-info",
    role: "provider",
    interface: "juju-info",
  });
  assert.equal(declared.get("juju-info")?.role, "requirer");
  assert.equal(declared.size, 1);
});

test("a charm of any kind may require juju-info, and juju's own charms may provide it", () => {
  parseMetadata(`${plain}requires: {host: juju-info}`);
  const own = plain.replace("wordpress", "juju-gui");

  const { provides } = parseMetadata(`${own}provides: {juju-web: juju-http}`);

  assert.equal(provides["juju-web"]?.interface, "juju-http");
});

test("counts of storage are a number, a range, or open at the end", () => {
  const ranges = { 2: [2, 2], '"4"': [4, 4], "0-1": [0, 1], "3+": [3, -1], "3-": [3, -1] };
  for (const [range, counts] of Object.entries(ranges)) {
    const text = `${plain}storage: {s: {type: block, multiple: {range: ${range}}}}`;
    const { s } = parseMetadata(text).storage;
    assert.deepEqual([s?.countMin, s?.countMax], counts, range);
  }
});

test("metadata that is not valid is refused, with Juju's text where it has one", () => {
  const refusals: Readonly<Record<string, string>> = {
    "provides: {juju-x: http}": 'charm "wordpress" using a reserved relation name: "juju-x"',
    "requires: {juju: http}": 'charm "wordpress" using a reserved relation name: "juju"',
    "provides: {web: juju}": 'charm "wordpress" relation "web" using a reserved interface: "juju"',
    "peers: {web: juju-info}":
      'charm "wordpress" relation "web" using a reserved interface: "juju-info"',
    "provides: {db: a}\nrequires: {db: a}":
      'charm "wordpress" using a duplicated relation name: "db"',
    "subordinate: true\nrequires: {db: mysql}":
      'subordinate charm "wordpress" lacks "requires" relation with container scope',
    "subordinate: true\nprovides: {db: {interface: a, scope: container}}":
      'subordinate charm "wordpress" lacks "requires" relation with container scope',
    "requires: {db: {interface: a, scope: local}}":
      'metadata.yaml: requires.db.scope: expected global or container, got "local"',
    "requires: {db: {interface: a, limit: -1}}":
      "metadata.yaml: requires.db.limit: expected whole number, got -1",
    "requires: {db: {optional: true}}":
      "metadata.yaml: requires.db.interface: expected string, got nothing",
    "requires: {db: {interface: a, optional: maybe}}":
      'metadata.yaml: requires.db.optional: expected bool, got "maybe"',
    "requires: [db]": "metadata.yaml: requires: expected map, got a list",
    "requires: {../db: mysql}": 'metadata.yaml: requires: invalid name "../db"',
    "extra-bindings: {}":
      'charm "wordpress" has invalid extra bindings: extra bindings cannot be empty when specified',
    "extra-bindings: {web: null, db: null, x: null}\nprovides: {web: http}\npeers: {db: a}":
      'charm "wordpress" has invalid extra bindings: relation names (db, web) cannot be used in extra bindings',
    "extra-bindings: {admin: 1}": "metadata.yaml: extra-bindings.admin: expected nothing, got 1",
    "series: [jammy, J/1]": 'charm "wordpress" declares invalid series: "J/1"',
    "series: jammy": 'metadata.yaml: series: expected list, got "jammy"',
    "tags: [1]": "metadata.yaml: tags: expected string, got 1",
    "storage: {s: {}}": 'charm "wordpress" storage "s": type must be specified',
    "storage: {s: {type: tape}}":
      'metadata.yaml: storage.s.type: expected filesystem or block, got "tape"',
    "storage: {s: {type: block, location: /x}}":
      'charm "wordpress" storage "s": location may not be specified for "type: block"',
    "storage: {s: {type: block, multiple: {range: 0}}}":
      'charm "wordpress" storage "s": invalid maximum count 0',
    "storage: {s: {type: block, multiple: {range: 3-2}}}":
      'charm "wordpress" storage "s": invalid maximum count 2',
    "storage: {s: {type: block, multiple: {range: 3+2}}}":
      "metadata.yaml: storage.s.multiple.range: value \"3+2\" does not match 'm', 'm-n', or 'm+'",
    "storage: {s: {type: block, minimum-size: 1Q}}":
      'metadata.yaml: storage.s.minimum-size: expected a size such as 512M or 1.5G, got "1Q"',
    "storage: {s: {type: block, properties: [quick]}}":
      'metadata.yaml: storage.s.properties: expected transient, got "quick"',
    "resources: {r: {}}": "metadata.yaml: resources.r: resource missing filename",
    "resources: {r: {filename: a/b}}":
      'metadata.yaml: resources.r: filename cannot contain "/" (got "a/b")',
    "resources: {r: {filename: ..}}": 'metadata.yaml: resources.r: filename cannot be ".."',
    'resources: {r: {filename: "a\\0"}}':
      'metadata.yaml: resources.r: filename cannot be "a\\u0000"',
    [`resources: {r: {filename: ${"a".repeat(256)}}}`]: `metadata.yaml: resources.r: filename is longer than 255 bytes: "${"a".repeat(100)}…"`,
    "resources: {r: {type: tape}}": 'metadata.yaml: resources.r: unsupported resource type "tape"',
    "series: [jammy]\ndeployment: {type: stateless}\nassumes: [juju]":
      'ambiguous metadata: keys "deployment", "series" cannot be used with "assumes"',
    "charm-user: admin":
      'metadata.yaml: charm-user: expected root, sudoer or non-root, got "admin"',
    "assumes: [juju > 3]":
      'metadata.yaml: assumes: expected a form like "juju >= 3.6", got "juju > 3"',
    "min-juju-version: new": 'metadata.yaml: min-juju-version: invalid version "new"',
    "min-juju-version: 2.9.0\ncharm-user: root\ncontainers: {web: {}}":
      'ambiguous metadata: keys "min-juju-version" cannot be used with "charm-user", "containers"',
  };
  for (const [text, message] of Object.entries(refusals)) {
    assert.throws(() => parseMetadata(`${plain}${text}`), { code: "not valid", message }, text);
  }
});

test("a file that is no metadata at all is refused in one line", () => {
  const refusals: Readonly<Record<string, string | RegExp>> = {
    "": "metadata.yaml: expected map, got nothing",
    "# nothing\n\n": "metadata.yaml: expected map, got nothing",
    "- name: a": "metadata.yaml: expected map, got a list",
    "a: [": /^metadata\.yaml: invalid YAML: [^\n]+$/,
    "summary: a": "metadata.yaml: name: expected string, got nothing",
    "name: a\ndescription: a": "metadata.yaml: summary: expected string, got nothing",
    "name: a\nsummary: 5\ndescription: a": "metadata.yaml: summary: expected string, got 5",
    "name: a\nsummary: a": "metadata.yaml: description: expected string, got nothing",
    [plain.replace("wordpress", "Word_Press")]: 'invalid charm name "Word_Press"',
    [plain.replace("wordpress", "word-1")]: 'invalid charm name "word-1"',
    [plain.replace("wordpress", '"a\\nb"')]: 'invalid charm name "a\\nb"',
    [plain.replace("wordpress", "-".repeat(200))]: `invalid charm name "${"-".repeat(100)}…"`,
  };
  for (const [text, message] of Object.entries(refusals)) {
    assert.throws(() => parseMetadata(text), { code: "not valid", message }, text);
  }
});
