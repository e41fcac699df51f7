/** The name of a state machine, from its ARN or that of a version, an alias or an execution. */
export function machineName(arn: string): string {
  return arn.split(":")[6]?.split("/")[0] ?? arn;
}

/** The ARN of a state machine, without version, alias or label. */
export function machineArn(arn: string): string {
  return arn.split(":").slice(0, 7).join(":").split("/")[0]!;
}

/** The name of an execution, from its ARN. */
export function executionName(arn: string): string {
  return arn.split(":")[7] ?? arn;
}

/** What stands behind the state machine's name: a version's number or an alias's name. */
export function qualifier(arn: string): string {
  return arn.split(":")[7] ?? "";
}

/** Whether an execution is one of an Express state machine. */
export const isExpress = (executionArn: string): boolean => executionArn.split(":")[5] === "express";

/** The state machine that an execution's ARN names. */
export function machineOfExecution(executionArn: string): string {
  const [a, p, s, region, account, , name = ""] = executionArn.split(":");
  return [a, p, s, region, account, "stateMachine", name.split("/")[0]].join(":");
}

/** A resource as people speak of it: the end of its ARN. */
export function shortResource(resource: string): string {
  if (!resource.startsWith("arn:")) return resource;
  const parts = resource.split(":");
  return parts.slice(parts[2] === "states" && parts[4] === "" ? 5 : 6).join(":") || resource;
}
