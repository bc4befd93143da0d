/**
 * Bounds: how large a charm may be.
 *
 * They are far above any real charm, and below what would harm a controller or a machine. Since an
 * archive says of itself what it likes, each is held against the bytes that are really there.
 */
export const archiveBytesMax = 1024 ** 3;

/** Files, folders and links together, counting the folders that are only part of a path. */
export const membersMax = 50_000;
export const fileBytesMax = 1024 ** 3;
export const unpackedBytesMax = 4 * 1024 ** 3;

/** A charm may unpack to this many times the size of its archive ... */
export const unpackedRatioMax = 100;

/** ... and to this many bytes in any case. */
export const unpackedBytesFree = 64 * 1024 ** 2;

export const pathBytesMax = 1024;

/** What a zip file may say of a member besides its name; it is all held in memory. */
export const notesBytesMax = 1024;

/** What Linux file systems allow for a part of a path. */
export const namePartBytesMax = 255;

/** Of `metadata.yaml` and the other files that are read as a whole; the largest known has 150 kB. */
export const textBytesMax = 1024 ** 2;
