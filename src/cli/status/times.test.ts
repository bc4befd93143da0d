import assert from "node:assert/strict";
import { test } from "node:test";
import { formatSince, formatTimeOfDay } from "./times.ts";

test("a time is shown in the zone of whoever asks, with the day of that zone", () => {
  const time = "2025-02-23T23:02:57.987654321Z";
  const shown = ["Pacific/Auckland", "Asia/Kolkata", "UTC", "America/St_Johns", "+07:00"].map(
    (zone) => formatSince(time, zone),
  );

  assert.deepEqual(shown, [
    "24 Feb 2025 12:02:57+13:00",
    "24 Feb 2025 04:32:57+05:30",
    "23 Feb 2025 23:02:57Z",
    "23 Feb 2025 19:32:57-03:30",
    "24 Feb 2025 06:02:57+07:00",
  ]);
});

test("a day before the tenth has two digits, and summer time is the zone's own", () => {
  assert.equal(formatSince("2026-01-02T03:04:05Z", "Europe/London"), "02 Jan 2026 03:04:05Z");
  assert.equal(formatSince("2026-12-31T23:30:00Z", "Europe/Berlin"), "01 Jan 2027 00:30:00+01:00");
  assert.equal(formatSince("2026-07-02T03:04:05Z", "Europe/London"), "02 Jul 2026 04:04:05+01:00");
});

test("a time of day has its offset, and that of UTC is Z", () => {
  assert.equal(formatTimeOfDay("2025-02-23T23:10:05Z", "Pacific/Auckland"), "12:10:05+13:00");
  assert.equal(formatTimeOfDay("2025-02-23T20:40:45+00:00", "UTC"), "20:40:45Z");
  assert.equal(formatTimeOfDay("2025-02-23T20:40:45Z", "Asia/Kolkata"), "02:10:45+05:30");
});

test("a time that is not known is empty", () => {
  assert.deepEqual([formatSince("", "UTC"), formatTimeOfDay("", "UTC")], ["", ""]);
});
