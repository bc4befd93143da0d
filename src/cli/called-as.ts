/** By which of its names somebody has called the program: `jumar`, or `juju` by a link. */
type Environment = Readonly<Record<string, string | undefined>>;

/** Commands in messages: quoted, on a line of their own, behind `Usage:`, or as what something is not. */
const command = /("|'|^\t|Usage: |not a )jumar (?=[a-z])/gm;

export function isJuju({ JUMAR_CALLED_AS: name }: Environment): boolean {
  return name === "juju";
}

/** The message, with commands as its reader writes them. */
export function inCallersWords(message: string, environment: Environment): string {
  return isJuju(environment) ? message.replaceAll(command, "$1juju ") : message;
}
