using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Cano.Notebooks;

/// <summary>A literate F# script as a notebook: comments that begin with two stars are its text, the code
/// between them its cells.</summary>
internal static partial class Literate
{
    private static readonly JsonSerializerOptions s_layout = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The notebook's file.</summary>
    public static string Notebook(string script)
    {
        var source = NotebookOnly().Replace(script.ReplaceLineEndings("\n"), "$1");
        var cells = new JsonArray();
        var at = 0;
        foreach (Match text in Texts().Matches(source))
        {
            AddCode(cells, source[at..text.Index]);
            cells.Add(Cell("markdown", text.Groups[1].Value.Trim()));
            at = text.Index + text.Length;
        }

        AddCode(cells, source[at..]);
        var notebook = new JsonObject
        {
            ["cells"] = cells,
            ["metadata"] = new JsonObject
            {
                ["kernelspec"] = new JsonObject
                {
                    ["display_name"] = ".NET (F#)",
                    ["language"] = "F#",
                    ["name"] = ".net-fsharp",
                },
                ["language_info"] = new JsonObject { ["name"] = "F#" },
            },
            ["nbformat"] = 4,
            ["nbformat_minor"] = 2,
        };
        return notebook.ToJsonString(s_layout) + "\n";
    }

    private static void AddCode(JsonArray cells, string code)
    {
        if (!string.IsNullOrWhiteSpace(code))
            cells.Add(Cell("code", code.Trim('\n')));
    }

    private static JsonObject Cell(string kind, string text)
    {
        var lines = text.Split('\n');
        var cell = new JsonObject { ["cell_type"] = kind };
        if (kind == "code")
            (cell["execution_count"], cell["outputs"]) = (null, new JsonArray());
        cell["metadata"] = new JsonObject();
        cell["source"] = new JsonArray([
            .. lines.Select((line, i) => JsonValue.Create(i + 1 < lines.Length ? line + "\n" : line)),
        ]);
        return cell;
    }

    /// <summary>What scripts leave out.</summary>
    [GeneratedRegex(@"#if NOTEBOOK\n(.*?)#endif\n", RegexOptions.Singleline)]
    private static partial Regex NotebookOnly();

    [GeneratedRegex(@"\(\*\*(.*?)\*\)", RegexOptions.Singleline)]
    private static partial Regex Texts();
}
