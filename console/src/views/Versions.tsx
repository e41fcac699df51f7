import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { call } from "../api/client";
import { allAliases, allVersions } from "../api/pages";
import { qualifier } from "../format/arn";
import { Empty, ErrorNote, Loading } from "../ui/notes";
import { Moment } from "../ui/time";

/** Versions of a state machine, newest first, and the button that makes the next. */
export function Versions({ arn }: { arn: string }) {
  const client = useQueryClient();
  const [failure, setFailure] = useState<unknown>();
  const versions = useQuery({ queryKey: ["versions", arn], queryFn: ({ signal }) => allVersions(arn, signal) });
  const publish = async () => {
    try {
      setFailure(undefined);
      await call("PublishStateMachineVersion", { stateMachineArn: arn });
      await client.invalidateQueries({ queryKey: ["versions", arn] });
    } catch (error) {
      setFailure(error);
    }
  };
  const button = (
    <button type="button" className="button" onClick={() => void publish()}>
      Publish a version
    </button>
  );
  return (
    <>
      {(versions.error ?? failure) !== undefined && (versions.error ?? failure) !== null && <ErrorNote error={versions.error ?? failure} />}
      {versions.isPending && <Loading what="versions" />}
      {versions.data?.length === 0 && (
        <Empty icon="copy" title="No version yet">
          <p>A version is a numbered copy of the definition that never changes. Aliases send executions to versions.</p>
          {button}
        </Empty>
      )}
      {versions.data && versions.data.length > 0 && (
        <>
          <div className="filters">{button}</div>
          <div className="plain-table-scroll" tabIndex={0} role="region" aria-label="Versions">
            <table className="plain-table">
              <thead>
                <tr>
                  <th scope="col">Version</th>
                  <th scope="col">Published</th>
                </tr>
              </thead>
              <tbody>
                {versions.data.map((version) => (
                  <tr key={version.stateMachineVersionArn}>
                    <th scope="row">
                      <Link to="/state-machines/$arn/$tab" params={{ arn: version.stateMachineVersionArn, tab: "definition" }}>
                        {qualifier(version.stateMachineVersionArn)}
                      </Link>
                    </th>
                    <td>
                      <Moment millis={version.creationDate * 1000} />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </>
      )}
    </>
  );
}

/** Aliases of a state machine, and which versions they lead to. */
export function Aliases({ arn }: { arn: string }) {
  const aliases = useQuery({
    queryKey: ["aliases", arn],
    queryFn: async ({ signal }) => {
      const items = await allAliases(arn, signal);
      return Promise.all(items.map(({ stateMachineAliasArn }) => call("DescribeStateMachineAlias", { stateMachineAliasArn }, signal)));
    },
  });
  if (aliases.error) return <ErrorNote error={aliases.error} />;
  if (aliases.isPending) return <Loading what="aliases" />;
  if (aliases.data.length === 0) {
    return (
      <Empty icon="link" title="No alias yet">
        <p>An alias is a name for one version, or for two that share executions by weight. Callers use the alias; you move it.</p>
        <pre>aws stepfunctions create-state-machine-alias --name live --routing-configuration stateMachineVersionArn={arn}:1,weight=100</pre>
      </Empty>
    );
  }
  return (
    <div className="plain-table-scroll" tabIndex={0} role="region" aria-label="Aliases">
      <table className="plain-table">
        <thead>
          <tr>
            <th scope="col">Alias</th>
            <th scope="col">Versions</th>
            <th scope="col">Description</th>
            <th scope="col">Changed</th>
          </tr>
        </thead>
        <tbody>
          {aliases.data.map((alias) => (
            <tr key={alias.stateMachineAliasArn}>
              <th scope="row">{alias.name}</th>
              <td>{alias.routingConfiguration.map((r) => `${qualifier(r.stateMachineVersionArn)} (${r.weight} %)`).join(", ")}</td>
              <td>{alias.description ?? "–"}</td>
              <td>
                <Moment millis={(alias.updateDate ?? alias.creationDate) * 1000} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
