using System.Text.Json.Nodes;

namespace Cano.Notebooks;

/// <summary>A notebook that was run from its first cell to its last.</summary>
public sealed class RunNotebook : IAsyncLifetime
{
    private JsonNode _notebook = new JsonObject();

    /// <summary>Of each cell that shows something, its HTML.</summary>
    public IReadOnlyList<string> Shown =>
        [.. Outputs().Select(output => Text(output["data"]?["text/html"])).Where(html => html.Length > 0)];

    /// <summary>What went wrong in its cells.</summary>
    public IReadOnlyList<string> Errors =>
        [
            .. Outputs()
                .Where(output => (string?)output["output_type"] == "error")
                .Select(output => Text(output["evalue"])),
        ];

    public async Task InitializeAsync()
    {
        var folder = Directory.CreateTempSubdirectory("cano-notebook-").FullName;
        var ran = Path.Combine(folder, "ran.ipynb");
        try
        {
            await Checkout.RunAsync(SolutionFolder.Path, "dotnet", "tool", "restore");
            await Checkout.RunAsync(
                Checkout.Notebooks,
                "dotnet",
                ["dotnet-repl", "--run", "orders.ipynb", "--exit-after-run", "--output-path", ran]
            );
            _notebook = JsonNode.Parse(await File.ReadAllTextAsync(ran))!;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    public Task DisposeAsync() => Task.CompletedTask;

    private IEnumerable<JsonNode> Outputs() =>
        _notebook["cells"]!
            .AsArray()
            .SelectMany(cell => cell!["outputs"]?.AsArray() ?? [])
            .OfType<JsonNode>();

    /// <summary>A text, or its lines.</summary>
    private static string Text(JsonNode? text) =>
        text switch
        {
            null => "",
            JsonArray lines => string.Concat(lines.Select(line => (string?)line)),
            var whole => (string)whole!,
        };
}
