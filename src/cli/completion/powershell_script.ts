/** Owns the completion script for PowerShell 5 and later. */

import type { CommandSpec } from "../command_spec.ts";
import { GLOBAL_OPTIONS } from "../common_options.ts";
import { COMPLETE_COMMAND } from "../shells.ts";
import {
  globalOptionsWithValue,
  spellingsOf,
  workingOptions,
} from "./script_parts.ts";

/** Returns the script; `commands` are those that work. */
export function powershellScript(commands: readonly CommandSpec[]): string {
  const names = commands.map(({ name, summary }) =>
    `        ${quoted(name)} = ${quoted(summary)}`
  );
  const options = commands.flatMap((command) =>
    spellingsOf(command).map((spelling) =>
      `        ${quoted(spelling)} = ${quotedList(workingOptions(command))}`
    )
  );
  return `# Completions of ll-loop for PowerShell, made by \`ll-loop completions powershell\`.
# To load them, here and in $PROFILE:
#   ll-loop completions powershell | Out-String | Invoke-Expression

Register-ArgumentCompleter -Native -CommandName ll-loop -ScriptBlock {
    param($WordToComplete, $CommandAst, $CursorPosition)

    $Commands = [ordered]@{
${names.join("\n")}
    }
    $Options = @{
${options.join("\n")}
        '' = ${quotedList(GLOBAL_OPTIONS)}
    }

    $Words = @($CommandAst.CommandElements | Where-Object { $_.Extent.EndOffset -lt $CursorPosition } | ForEach-Object {
            if ($_ -is [System.Management.Automation.Language.StringConstantExpressionAst]) { $_.Value } else { $_.ToString() }
        })
    $Program = if ($Words.Count -gt 0) { $Words[0] } else { 'll-loop' }
    $Before = @($Words | Select-Object -Skip 1)
    $Word = $WordToComplete.Trim("'", '"')

    # The command is the first word that is no option, and no value of one.
    $Command = ''
    $Skip = $false
    foreach ($Each in $Before) {
        if ($Skip) { $Skip = $false; continue }
        if (@(${
    globalOptionsWithValue().map(quoted).join(", ")
  }) -contains $Each) { $Skip = $true; continue }
        if ($Each.StartsWith('-')) { continue }
        $Command = $Each
        break
    }

    $Items = @()
    if ($Word.StartsWith('-') -and -not $Word.Contains('=') -and $Before -notcontains '--') {
        $Known = if ($Options.ContainsKey($Command)) { $Command } else { 'run' }
        $Items = @($Options[$Known] | ForEach-Object { , @($_, $_) })
    } else {
        $Arguments = @('${COMPLETE_COMMAND}')
        # An empty argument would be lost on its way.
        if ($Word -eq '') { $Arguments += '--next' }
        $Arguments += '--'
        $Arguments += $Before
        if ($Word -ne '') { $Arguments += $Word }
        $Lines = @(& $Program @Arguments 2>$null)
        foreach ($Line in @($Lines | Select-Object -Skip 1)) {
            $Name, $Text = $Line -split "\`t", 2
            if (-not $Text) { $Text = $Name }
            $Items += , @($Name, $Text)
        }
        if ($Lines.Count -eq 0 -and $Command -eq '') {
            foreach ($Name in $Commands.Keys) { $Items += , @($Name, $Commands[$Name]) }
        }
    }

    foreach ($Item in $Items) {
        $Name, $Text = $Item
        if (-not $Name.StartsWith($Word, [System.StringComparison]::Ordinal)) { continue }
        $Inserted = if ($Name -match '^[A-Za-z0-9_./:=+-]+$') { $Name } else { "'" + $Name.Replace("'", "''") + "'" }
        [System.Management.Automation.CompletionResult]::new($Inserted, $Name, 'ParameterValue', $Text)
    }
}
`;
}

function quotedList(options: readonly { readonly name: string }[]): string {
  return `@(${options.map(({ name }) => quoted(`--${name}`)).join(", ")})`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
