/** The version of the program that is running. */

/** Written into a bundle when it is built; see `scripts/build-agent.ts`. */
declare const JUMAR_BUILD_VERSION: string | undefined;

const sourceVersion = "3.6.100";

/** In a program that runs from source, the version that the source is on its way to. */
export const currentVersion: string =
  typeof JUMAR_BUILD_VERSION === "string" ? JUMAR_BUILD_VERSION : sourceVersion;
