/** An application that can be given resources, and resources to give it. */
import { createHash } from "node:crypto";
import type { Store } from "#store/store.ts";
import { deployApp, newModel, now, runAll } from "../testing.ts";
import { attach } from "./attach.ts";
import type { Content } from "./content.ts";

export const metadata = `
resources:
  image: {type: oci-image}
  data: {filename: data.txt, description: Some data.}
`;

/** What uploading the text makes. */
export function contentOf(text: string): Content {
  const digest = (algorithm: string) => createHash(algorithm).update(text).digest("hex");
  return {
    ...{ sha256: digest("sha256"), sha384: digest("sha384"), size: text.length },
    ...{ username: "jane", uploaded: now.toString() },
  };
}

/** The application `app`, with two units that run. */
export async function deployWithResources(store: Store, model = "prod"): Promise<void> {
  await newModel(store, model);
  await deployApp(store, model, { name: "app", metadata, units: 2 });
  await runAll(store, model);
}

/** Gives the application `app` a text as its `data`. */
export async function attachText(store: Store, text: string, model = "prod"): Promise<void> {
  const attachment = { application: "app", name: "data", content: contentOf(text), now };
  await store.write(model, (tx) => attach(tx, attachment));
}
