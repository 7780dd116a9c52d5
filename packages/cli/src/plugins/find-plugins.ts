/** What `tokenwise plugins` tells: of every plugin that the configuration names, of those that are installed, and of the kit. */
import { installedPlugins, kitName, roleOf, type InstalledPlugin, type Registered } from "@tokenwise/core";
import { ownKit, type Paper } from "@tokenwise/kit";
import type { Configured } from "../config/configure.ts";
import { fileURLToPath } from "node:url";

export interface Provided {
  readonly name: string;
  /** "method", or the place of the part: "token weighter". */
  readonly role: string;
  readonly paper?: Paper;
  /** The name to write where another plugin provides the same. */
  readonly qualified?: string;
}

export interface Found {
  readonly named: string;
  readonly where: string;
  readonly file?: string;
  readonly name: string;
  readonly version: string;
  readonly provides: readonly Provided[];
}

export interface Refused {
  readonly named: string;
  readonly where: string;
  readonly file?: string;
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

export interface Findings {
  readonly configuration?: string;
  readonly found: readonly Found[];
  readonly refused: readonly Refused[];
  /** With the keyword `tokenwise-plugin`, and not named by the configuration; not loaded. */
  readonly installed: readonly InstalledPlugin[];
  readonly kit: { readonly version: string; readonly folder: string; readonly provides: readonly Provided[] };
}

export async function findPlugins({ file, from, plugins }: Configured): Promise<Findings> {
  const { registry, named } = await plugins();
  const { entries } = registry;
  const of = (plugin: string): readonly Provided[] =>
    entries.filter((entry) => entry.plugin === plugin).map((entry) => describe(entry, entries));
  const names = named.flatMap(({ named: name, plugin }) => [name, plugin?.name]);
  const about = ({ named: name, where, url }: (typeof named)[number]) => ({
    named: name,
    where,
    ...(url !== undefined && { file: fileURLToPath(url) }),
  });
  return {
    ...(file !== undefined && { configuration: file }),
    found: named.flatMap((one) =>
      one.plugin
        ? [{ ...about(one), name: one.plugin.name, version: one.plugin.version, provides: of(one.plugin.name) }]
        : [],
    ),
    refused: named.flatMap(({ refusal, ...one }) => {
      if (!refusal) return [];
      const { code, message, hint } = refusal;
      const bare = hint === undefined ? message : message.slice(0, -`\n  hint: ${hint}`.length);
      return [{ ...about(one), code, message: bare, ...(hint !== undefined && { hint }) }];
    }),
    installed: installedPlugins(from).filter(({ name }) => !names.includes(name)),
    kit: { ...ownKit, provides: of(kitName) },
  };
}

function describe({ factory, qualified }: Registered, entries: readonly Registered[]): Provided {
  const { id, kind, paper } = factory;
  const same = entries.filter((entry) => entry.factory.id === id && entry.factory.kind === kind);
  return { name: id, role: roleOf(factory), ...(paper && { paper }), ...(same.length > 1 && { qualified }) };
}
