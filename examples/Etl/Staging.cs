namespace Cano.Examples.Etl;

/// <summary>What lies between the shop and the warehouse: files of a folder. Each is written whole, so that
/// work that is done again after a crash writes the same one again.</summary>
/// <param name="folder">The folder.</param>
public sealed class Staging(string folder)
{
    public string CleanFile => Path.Combine(folder, "clean.csv");

    public string RejectedFile => Path.Combine(folder, "rejected.csv");

    public Task WritePageAsync(int page, IEnumerable<string> lines, CancellationToken token) =>
        WriteAsync(PageFile(page), lines, token);

    public IReadOnlyList<string> Pages(int count) =>
        [.. Enumerable.Range(0, count).SelectMany(page => File.ReadLines(PageFile(page)))];

    public async Task WriteAsync(string file, IEnumerable<string> lines, CancellationToken token)
    {
        Directory.CreateDirectory(folder);
        await File.WriteAllLinesAsync(file + ".tmp", lines, token);
        File.Move(file + ".tmp", file, overwrite: true);
    }

    private string PageFile(int page) => Path.Combine(folder, $"page-{page:D3}.csv");
}
