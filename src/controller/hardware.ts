/** What a cloud says of a machine's hardware, in the words of the wire. */

export interface Hardware {
  readonly arch?: string;
  readonly cores?: number;
  readonly mem?: number;
  readonly "root-disk"?: number;
  readonly "availability-zone"?: string;
}

const texts = ["arch", "availability-zone"];
const counts = ["cores", "mem", "root-disk"];

/** Of a text such as `arch=amd64 cores=2 mem=4096M`; sizes in MiB. */
export function parseHardware(text: string): Hardware {
  const known: [string, string | number][] = [];
  for (const word of text.split(" ")) {
    const [name = "", value = ""] = word.split("=", 2);
    if (texts.includes(name)) known.push([name, value]);
    if (counts.includes(name)) known.push([name, Number.parseInt(value, 10)]);
  }
  return Object.fromEntries(known);
}
