import { expect, test } from "vitest";
import { executionName, machineArn, machineName, machineOfExecution, qualifier, shortResource } from "./arn";
import { causeMessage, jsonMistake, pretty } from "./json";
import { bytes, count } from "./number";
import { ago, duration, offset } from "./time";

test.each([
  [0, "0 ms"],
  [999, "999 ms"],
  [1240, "1.24 s"],
  [9999, "9.99 s"],
  [59_999, "59.9 s"],
  [60_000, "1 min"],
  [184_000, "3 min 4 s"],
  [7_500_000, "2 h 5 min"],
  [90_000_000, "1 d 1 h"],
])("duration of %d ms", (millis, want) => expect(duration(millis)).toBe(want));

test("offsets keep their digits", () => {
  expect(offset(5)).toBe("+0.005 s");
  expect(offset(61_000)).toBe("+1 min 1 s");
});

test("ago", () => expect([ago(900), ago(61_000), ago(7_200_000)]).toEqual(["just now", "1 min ago", "2 h ago"]));

test("names in ARNs", () => {
  const machine = "arn:aws:states:us-east-1:000000000000:stateMachine:Orders";
  expect(machineName(`${machine}:7`)).toBe("Orders");
  expect(qualifier(`${machine}:live`)).toBe("live");
  expect(machineArn(`${machine}/Each`)).toBe(machine);
  const execution = "arn:aws:states:us-east-1:000000000000:execution:Orders:run.1";
  expect(executionName(execution)).toBe("run.1");
  expect(machineOfExecution(execution)).toBe(machine);
  expect(machineOfExecution("arn:aws:states:us-east-1:000000000000:execution:Orders/Each:x")).toBe(machine);
});

test("resources", () => {
  expect(shortResource("arn:aws:states:::sqs:sendMessage.waitForTaskToken")).toBe("sqs:sendMessage.waitForTaskToken");
  expect(shortResource("arn:aws:lambda:us-east-1:000000000000:function:Charge")).toBe("Charge");
  expect(shortResource("arn:aws:states:us-east-1:000000000000:activity:Approve")).toBe("Approve");
});

test("causes", () => {
  expect(causeMessage('{"errorMessage":"declined","errorType":"E"}')).toBe("declined");
  expect(causeMessage("plain")).toBe("plain");
  expect(causeMessage("null")).toBe("null");
});

test("JSON", () => {
  expect(pretty('{"a":1}')).toBe('{\n  "a": 1\n}');
  expect(pretty("{")).toBe("{");
  expect(jsonMistake("{}")).toBe("");
  expect(jsonMistake("{")).not.toBe("");
});

test("numbers", () => {
  expect(count(1234567)).toBe("1\u202f234\u202f567");
  expect([bytes(12), bytes(1536), bytes(20 * 1024 * 1024)]).toEqual(["12 B", "1.5 KiB", "20 MiB"]);
});
